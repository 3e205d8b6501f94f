import { defineResource } from "./define.ts";

export const exit = defineResource({
  kind: "exit",
  summary: "Ends the agent when its turn comes.",
  params: { code: "uint8 = 0" },
  about: { code: "Exit status, 0 to 125." },
  example: `exit "done" {\n\tcode => 0,\n}\n`,
  validate: (_name, { code }) => (code > 125 ? "the Code must be in the range [0, 125]" : undefined),
  open: ({ params, log, exit }) => ({
    checkApply({ apply }) {
      if (!apply) return false;
      const { code } = params();
      log(`about to exit with code: ${code}`);
      exit(code);
      return false;
    },
  }),
});
