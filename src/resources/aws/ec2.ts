import { declareKind } from "../define.ts";

export const awsEc2 = declareKind({
  kind: "aws:ec2",
  summary: "Manages an instance in the cloud of Amazon.",
  notes: "The instance is the one that is tagged with the name `_mgmt-NAME`.",
  params: {
    state: "str = ''",
    region: "str = ''",
    type: "str = ''",
    imageid: "str = ''",
    watchendpoint: "str = ''",
    watchlistenaddr: "str = ''",
    erroronmalformedpost: "bool = false",
    userdata: "str = ''",
  },
  about: {
    state: "`running`, `stopped` or `terminated`. Required.",
    region: "Name of the region, such as `eu-central-1`. Required.",
    type: "Type of the instance, such as `t2.micro`. Required.",
    imageid: "Id of the image. Required.",
    watchendpoint: "URL under which Amazon reaches WatchListenAddr, to tell of changes.",
    watchlistenaddr: "Where to listen for that, `HOST:PORT` or a port. Only together with WatchEndpoint.",
    erroronmalformedpost: "Fail when somebody sends there what is no message.",
    userdata: "What cloud-init is to do in a new instance.",
  },
  example: `aws:ec2 "web1" {
	state => "running",
	region => "eu-central-1",
	type => "t2.micro",
	imageid => "ami-0123456789abcdef0",
}
`,
  validate(_name, { state, region, type, imageid, watchendpoint, watchlistenaddr }) {
    if (!["running", "stopped", "terminated"].includes(state))
      return "state must be one of `running`, `stopped` and `terminated`";
    if (region === "") return "the Region is empty";
    if (type === "") return "the Type is empty";
    if (imageid === "") return "the ImageId is empty";
    return (watchendpoint === "") === (watchlistenaddr === "")
      ? undefined
      : "the WatchEndpoint and WatchListenAddr must be used together";
  },
});
