import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout } from "bun:test";
import type { Leadership } from "../../../etcd/client/campaign.ts";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { etcdBinary, TestServer, withEtcd } from "../support/server.ts";
import { Way } from "../support/way.ts";

setDefaultTimeout(60_000);

let server: TestServer;
const candidates: Candidate[] = [];

beforeAll(async () => {
  if (etcdBinary !== undefined) server = await TestServer.start();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const each of candidates.splice(0)) await each.leave();
});

const bytes = (text: string): Uint8Array => Buffer.from(text);

class Candidate {
  readonly client: EtcdClient;
  readonly #ends = new AbortController();
  readonly #campaign: Promise<void>;
  #elected = Promise.withResolvers<Leadership>();

  constructor(prefix: string, url = server.url) {
    this.client = new EtcdClient({ endpoints: [url], timeout: 1000 });
    candidates.push(this);
    const lead = (leadership: Leadership): void => {
      this.#elected.resolve(leadership);
      leadership.signal.addEventListener("abort", () => (this.#elected = Promise.withResolvers()));
    };
    this.#campaign = this.client.campaign({ prefix, value: bytes("x"), ttl: 2, lead }, this.#ends.signal);
  }

  get elected(): Promise<Leadership> {
    return this.#elected.promise;
  }

  /** @returns whether the leader of these terms could write */
  async write(key: string, { fence }: Leadership): Promise<boolean> {
    const success = [{ put: key, value: bytes("x") }];
    return (await this.client.transact({ compare: [fence], success })).succeeded;
  }

  async leave(): Promise<void> {
    this.#ends.abort();
    await this.#campaign;
    this.client.close();
  }
}

withEtcd("who has stood the longest leads, and hands over when it leaves", async () => {
  const [first, second] = [new Candidate("/e1/"), new Candidate("/e1/")];
  const one = await Promise.race([first.elected.then(() => first), second.elected.then(() => second)]);
  const two = one === first ? second : first;
  const terms = await one.elected;
  expect(await one.write("/e1-written", terms)).toBe(true);
  await one.leave();
  expect(terms.signal.aborted).toBe(true);
  const next = await two.elected;
  expect(next.signal.aborted).toBe(false);
  expect(await two.write("/e1-written", terms)).toBe(false);
  expect(await two.write("/e1-written", next)).toBe(true);
});

withEtcd("a leader that is cut off stops to lead before another does, and stands again later", async () => {
  await using way = await Way.to(server.url);
  const cutOff = new Candidate("/e2/", way.url);
  const terms = await cutOff.elected;
  const order: string[] = [];
  terms.signal.addEventListener("abort", () => order.push("ended"));
  const other = new Candidate("/e2/");
  way.freeze();
  const next = await other.elected;
  order.push("elected");
  expect(order).toEqual(["ended", "elected"]);
  expect(await other.write("/e2-written", terms)).toBe(false);
  expect(await other.write("/e2-written", next)).toBe(true);
  way.cut();
  way.heal();
  const again = cutOff.elected;
  await other.leave();
  await again;
});

withEtcd("a leader goes on after the server was away for a moment", async () => {
  await using own = await TestServer.start();
  const candidate = new Candidate("/e3/", own.url);
  await candidate.elected;
  await own.kill();
  await own.restart();
  const terms = await candidate.elected;
  await candidate.client.get("a");
  expect(await candidate.write("/e3-written", await candidate.elected)).toBe(true);
  expect(terms.fence).toBeDefined();
  await candidate.leave();
});
