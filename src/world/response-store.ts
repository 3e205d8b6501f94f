import { follow } from "./follow.ts";
import type { Listener } from "./listener.ts";
import { Watchers } from "./watchers.ts";

/** What became of a request of this process. */
export interface StoredResponse {
  /** Of HTTP, or -1 if the request failed before there was a response. */
  readonly status: number;
  /** The absolute path of the body; undefined if there is none. */
  readonly file: string | undefined;
}

/** The last responses that `http:client` resources got, by name. They do not outlive the process. */
export class ResponseStore {
  readonly #responses = new Map<string, StoredResponse>();
  readonly #watchers = new Watchers();

  get(uid: string): StoredResponse | undefined {
    return this.#responses.get(uid);
  }

  /** Followers hear of every response: one with an equal status may have brought another body. */
  set(uid: string, response: StoredResponse): void {
    this.#responses.set(uid, response);
    this.#watchers.tell(uid);
  }

  /** Tells the response, or that there was none. */
  follow(uid: string, listener: Listener<StoredResponse | undefined>, signal: AbortSignal): void {
    follow(
      () => this.get(uid),
      listener,
      signal,
      (onChange) => this.#watchers.add(uid, onChange, signal),
    );
  }
}
