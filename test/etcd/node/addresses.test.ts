import { describe, expect, test } from "bun:test";
import { type AddressWishes, chooseAddresses } from "../../../etcd/node/addresses.ts";
import { failureOf } from "../support/failure.ts";

const resolve = async (name: string): Promise<readonly string[]> => {
  if (name === "h1.example") return ["10.0.0.1"];
  throw new Error("ENOTFOUND");
};

const choose = (wishes: Partial<AddressWishes>) => chooseAddresses({ insecure: false, ...wishes }, resolve);

describe("where a node is reached", () => {
  test("on the loopback alone, if nothing is said", async () => {
    expect(await choose({})).toEqual({
      clients: { listen: ["https://127.0.0.1:2379"], advertise: ["https://127.0.0.1:2379"] },
      peers: { listen: ["https://127.0.0.1:2380"], advertise: ["https://127.0.0.1:2380"] },
      join: { listen: ["https://127.0.0.1:2378"], advertise: ["https://127.0.0.1:2378"] },
    });
  });

  test("under an address", async () => {
    const { clients, peers } = await choose({ address: "10.0.0.1" });
    expect(clients).toEqual({
      listen: ["https://127.0.0.1:2379", "https://10.0.0.1:2379"],
      advertise: ["https://10.0.0.1:2379"],
    });
    expect(peers.advertise).toEqual(["https://10.0.0.1:2380"]);
  });

  test("under a name, which is looked up to listen", async () => {
    const { clients } = await choose({ address: "h1.example" });
    expect(clients.listen).toEqual(["https://127.0.0.1:2379", "https://10.0.0.1:2379"]);
    expect(clients.advertise).toEqual(["https://h1.example:2379"]);
  });

  test("under an address of IPv6", async () => {
    const { clients } = await choose({ address: "fd00::1" });
    expect(clients.advertise).toEqual(["https://[fd00::1]:2379"]);
  });

  test("at URLs; others are told those that are of use to them", async () => {
    const { clients, peers } = await choose({
      clientUrls: ["https://127.0.0.1:1", "https://10.0.0.1:1/"],
      serverUrls: ["https://10.0.0.1:443"],
      advertiseServerUrls: ["https://h1.example:443"],
    });
    expect(clients.advertise).toEqual(["https://10.0.0.1:1"]);
    expect(peers).toEqual({ listen: ["https://10.0.0.1:443"], advertise: ["https://h1.example:443"] });
  });

  test("on all addresses, if it is said what others are told", async () => {
    const { clients } = await choose({ clientUrls: ["https://0.0.0.0:443"], address: "10.0.0.1" });
    expect(clients).toEqual({ listen: ["https://0.0.0.0:443"], advertise: ["https://10.0.0.1:443"] });
  });

  test("without certificates, if that is said", async () => {
    const { clients } = await choose({ insecure: true });
    expect(clients.listen).toEqual(["http://127.0.0.1:2379"]);
  });

  const mistakes: readonly (readonly [string, Partial<AddressWishes>, RegExp])[] = [
    ["http", { clientUrls: ["http://10.0.0.1:2379"] }, /write https:\/\/10.0.0.1:2379, or add --insecure/],
    [
      "https beside --insecure",
      { serverUrls: ["https://10.0.0.1:2380"], insecure: true },
      /--insecure does without/,
    ],
    ["no port", { clientUrls: ["https://10.0.0.1"] }, /--client-urls takes URLs such as/],
    ["a path", { clientUrls: ["https://10.0.0.1:2379/x"] }, /takes URLs such as/],
    ["another scheme", { joinUrls: ["ftp://10.0.0.1:2379"] }, /--join-urls takes http or https/],
    [
      "one port for two",
      { clientUrls: ["https://10.0.0.1:1"], serverUrls: ["https://10.0.0.1:1"] },
      /both in --client-urls and in --server-urls/,
    ],
    ["all addresses alone", { clientUrls: ["https://0.0.0.0:2379"] }, /say with --address/],
    ["an unknown name", { address: "nowhere.example" }, /cannot look up nowhere.example: ENOTFOUND/],
  ];
  for (const [what, wishes, message] of mistakes)
    test(`not: ${what}`, async () => {
      expect(String(await failureOf(choose(wishes)))).toMatch(message);
    });
});
