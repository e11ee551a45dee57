/**
 * An off-the-shelf y-websocket client in a room: types, waits until it has seen what it should.
 *
 *   node y_websocket.mjs ADDRESS PLAN EPOCH SCHEMA COOKIE ORIGIN TEXT EXPECTED
 */
import { WebsocketProvider } from "y-websocket";
import WebSocket from "ws";
import * as Y from "yjs";

const [address, plan, epoch, schema, cookie, origin, text, expected] = process.argv.slice(2);

class SignedIn extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { headers: { Cookie: cookie, Origin: origin }, perMessageDeflate: false });
  }
}

const doc = new Y.Doc();
const typed = doc.getText("typed");
const provider = new WebsocketProvider(address, plan, doc, {
  WebSocketPolyfill: SignedIn,
  disableBc: true,
  params: { epoch, schema },
});
provider.awareness.setLocalStateField("user", { name: "y-websocket" });
provider.on("sync", (isSynced) => {
  if (isSynced && !typed.toString().includes(text)) typed.insert(typed.length, text);
});
const deadline = setTimeout(() => end(1), 20000);
typed.observe(() => {
  if (typed.toString().includes(expected) && typed.toString().includes(text)) {
    clearTimeout(deadline);
    setTimeout(() => end(0), 300);
  }
});

function end(code) {
  process.stdout.write(
    JSON.stringify({ typed: typed.toString(), sections: doc.getMap("sections").size, here: provider.awareness.getStates().size }),
  );
  provider.destroy();
  process.exit(code);
}
