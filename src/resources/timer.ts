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
    let restart = () => {};
    return {
      async watch({ ready, changed, signal }) {
        let ticking: ReturnType<typeof setInterval> | undefined;
        const tick = () => {
          log("received tick");
          changed();
        };
        restart = () => {
          clearInterval(ticking);
          ticking = setInterval(tick, params().interval * 1000);
        };
        restart();
        ready();
        await new Promise<void>((resolve) =>
          signal.addEventListener("abort", () => resolve(), { once: true }),
        );
        clearInterval(ticking);
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
