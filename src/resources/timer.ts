import { systemClock } from "../engine/clock.ts";
import { defineResource } from "./define.ts";

export const timer = defineResource({
  kind: "timer",
  summary: "Ticks: checks itself at a fixed interval, and starts the interval anew when notified.",
  notes: "A tick by itself changes nothing, so it does not notify anything either.",
  params: { interval: "uint32 = 0" },
  about: { interval: "Seconds between ticks; at least 1." },
  refreshable: true,
  example: `timer "minute" {\n\tinterval => 60,\n}\n`,
  validate: (_name, { interval }) => (interval === 0 ? "the Interval must be at least 1 second" : undefined),
  open({ params, log }) {
    let restart = (): void => {};
    return {
      async watch({ ready, changed, signal }) {
        let cancel = (): void => {};
        restart = () => {
          cancel();
          // Not setInterval: intervals may be longer than the timers of the runtime.
          cancel = systemClock.after(params().interval * 1000, () => {
            restart();
            log("received tick");
            changed();
          });
        };
        restart();
        ready();
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        cancel();
        restart = () => {};
      },
      checkApply({ apply, refresh }) {
        if (!refresh) return true;
        if (apply) restart();
        return false;
      },
    };
  },
});
