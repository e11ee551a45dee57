/** The browser's socket behind the provider's port. */

import type { Clock, Socket, SocketEvents } from "./provider";
import { SUBPROTOCOL } from "./wire";

/** `path` on this site, over TLS where the page is. */
export function socketTo(path: string): (events: SocketEvents) => Socket {
  const address = new URL(path, window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return (events) => {
    const socket = new WebSocket(address.href, SUBPROTOCOL);
    let left = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => events.opened();
    socket.onmessage = ({ data }) => {
      if (!left && data instanceof ArrayBuffer) events.received(new Uint8Array(data));
    };
    socket.onclose = ({ code }) => {
      if (!left) events.closed(code);
    };
    return {
      send: (frame) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(frame as Uint8Array<ArrayBuffer>);
      },
      close: () => {
        left = true; // the end of a dead line may come minutes later
        socket.close();
      },
    };
  };
}

export const clock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (milliseconds, action) => {
    const timer = window.setTimeout(action, milliseconds);
    return () => window.clearTimeout(timer);
  },
};
