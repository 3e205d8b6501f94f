import { declareKind } from "../define.ts";
import { imageIdentity, isApiVersion } from "./image-name.ts";

export const dockerImage = declareKind({
  kind: "docker:image",
  summary: "Pulls an image of Docker, or removes it.",
  notes: "The name of the resource is that of the image; without a tag it is `latest`.",
  params: { state: "str = 'exists'", apiversion: "str = ''" },
  about: { state: "`exists` or `absent`.", apiversion: "Version of Docker's API to use, such as `v1.40`." },
  example: `docker:image "nginx:1.29" {}\n`,
  validate(_name, { state, apiversion }) {
    if (state !== "exists" && state !== "absent") return "state must be `exists` or `absent`";
    return apiversion === "" || isApiVersion(apiversion)
      ? undefined
      : `the ApiVersion must be like v1.40: ${apiversion}`;
  },
  identities: (name) => [imageIdentity(name)],
});
