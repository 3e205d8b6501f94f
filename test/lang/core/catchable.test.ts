import { expect, test } from "bun:test";
import { coreFunctions } from "../../../lang/core/index.ts";
import {
  binaryOperators,
  interpolate,
  lookup,
  notOperator,
  structField,
  structFieldOr,
} from "../../../lang/core/operators.ts";

/** Functions specification, section 12; what each does is in `specification.test.ts`. */
const closedList = [
  "/",
  "_lookup",
  "list_lookup",
  "list.lookup",
  "map_lookup",
  "map.lookup",
  "convert.parse_bool",
  "convert.str_to_int",
  "convert.str_to_float",
  "math.mod",
  "math.pow",
  "math.sqrt",
  "strings.substr",
  "sys.getenv",
  "os.readfile",
  "net.cidr_to_ip",
  "net.cidr_to_prefix",
  "net.cidr_to_mask",
  "net.cidr_to_network",
  "net.cidr_to_first",
  "net.cidr_to_last",
  "net.ip_in_cidr",
  "net.macfmt",
  "net.oldmacfmt",
  "net.split_hostport",
  "net.url_parser",
  "golang.template",
];

test("the functions that say they have errors to catch are those of the closed list", () => {
  const all = [
    ...coreFunctions(),
    ...Object.values(binaryOperators),
    notOperator,
    lookup,
    interpolate,
    structField("name"),
    structFieldOr("name"),
  ];
  const catchable = all
    .filter(({ errors }) => /catchable/i.test(errors ?? ""))
    .map(({ module, name }) => (module === "" ? name : `${module}.${name}`));
  expect(catchable.toSorted()).toEqual(closedList.toSorted());
});
