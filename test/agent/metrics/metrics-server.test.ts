import { afterEach, expect, test } from "bun:test";
import { Metrics } from "../../../src/agent/metrics/metrics.ts";
import { serveMetrics } from "../../../src/agent/metrics/metrics-server.ts";

let stop: () => void = () => {};
afterEach(() => {
  stop();
  stop = () => {};
});

/** @returns where it is served */
function serve(hostname: string): string {
  let url = "";
  stop = serveMetrics(new Metrics(["test"], "1"), { hostname, port: 0 }, (level, origin, message) => {
    expect(`${level} ${origin}`).toBe("info main");
    url = message.replace("metrics at ", "");
  });
  return url;
}

test.each(["127.0.0.1", "::1"])("%s", async (hostname) => {
  const url = serve(hostname);
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await response.text()).toContain('mgmt_resources{kind="test"} 0');
});

test("elsewhere there is nothing, and nothing is taken in", async () => {
  const url = serve("127.0.0.1");
  expect((await fetch(new URL("/", url))).status).toBe(404);
  expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(405);
  expect(await (await fetch(url, { method: "HEAD" })).text()).toBe("");
});

test("an address that is taken is an error that names it", () => {
  const url = new URL(serve("127.0.0.1"));
  const again = (): unknown =>
    serveMetrics(new Metrics([], "1"), { hostname: "127.0.0.1", port: Number(url.port) }, () => {});
  expect(again).toThrow(
    `cannot serve metrics on ${url.host}: something else listens there; --prometheus-listen names another address`,
  );
});

test("an address that is not this machine's is an error that names it", () => {
  expect(() => serveMetrics(new Metrics([], "1"), { hostname: "192.0.2.1", port: 1 }, () => {})).toThrow(
    "cannot serve metrics on 192.0.2.1:1: this machine has no such address; --prometheus-listen names another address",
  );
});

test("when it is stopped nobody answers any more", async () => {
  const url = serve("127.0.0.1");
  await fetch(url);
  stop();
  expect(fetch(url)).rejects.toThrow();
});
