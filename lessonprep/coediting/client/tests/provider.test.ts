import assert from "node:assert/strict";
import { test } from "node:test";

import { BATCH_AFTER, PATIENCE } from "../provider";
import { Memory, Room, settled, Writer } from "./room";

test("what is typed within a moment goes as one batch and is saved when it is acknowledged", async () => {
  const room = new Room();
  room.acknowledges = false;
  const writer = await Writer.into(room);
  const before = room.line.batches.length;

  for (const word of ["，", "老", "舍"]) writer.types(word);
  assert.deepEqual(writer.state, { name: "saving", waits: false });
  await writer.clock.pass(BATCH_AFTER);
  assert.equal(room.line.batches.length, before + 1);
  assert.equal(room.line.batches[before]?.length, 1);
  assert.equal(writer.state.name, "saving");
  room.acknowledge(room.line, 1);

  assert.equal(writer.state.name, "saved");
  assert.equal(room.text, "济南的冬天，老舍");
});

test("a broken line loses nothing on either side", async () => {
  const room = new Room();
  const writer = await Writer.into(room);
  room.isReachable = false;
  room.line.breaks();

  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);
  room.types(0, "《");
  assert.deepEqual(writer.state, { name: "offline", unsaved: true, kept: true });
  await writer.clock.pass(5000);
  room.isReachable = true;
  await writer.clock.pass(30_000);

  assert.equal(writer.state.name, "saved");
  assert.equal(writer.text, "《济南的冬天很暖");
  assert.equal(room.text, writer.text);
});

test("without a device the line says that nothing is kept", async () => {
  const room = new Room();
  const device = new Memory();
  device.works = false;
  const writer = await Writer.into(room, device);
  room.isReachable = false;
  room.line.breaks();

  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);

  assert.deepEqual(writer.state, { name: "offline", unsaved: true, kept: false });
});

test("a lost acknowledgement doubles nothing", async () => {
  const room = new Room();
  room.acknowledges = false;
  const writer = await Writer.into(room);
  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);
  const first = room.line;

  await writer.clock.pass(PATIENCE);
  assert.equal(first.isOpen, false);
  room.acknowledges = true;
  await writer.clock.pass(2000);

  assert.equal(writer.state.name, "saved");
  assert.equal(room.text, "济南的冬天很暖");
});

test("what an earlier visit left on the device goes to the room and off the device", async () => {
  const room = new Room();
  const device = new Memory();
  const earlier = await Writer.into(room, device);
  room.isReachable = false;
  room.line.breaks();
  earlier.types("很暖");
  await earlier.clock.pass(BATCH_AFTER);
  assert.equal(device.kept.size, 1);

  room.isReachable = true;
  const later = await Writer.into(room, device);
  await later.clock.pass(BATCH_AFTER);

  assert.equal(room.text, "济南的冬天很暖");
  assert.equal(later.text, room.text);
  assert.equal(device.kept.size, 0);
  assert.equal(later.synced, 1);
});

test("what one has just done is read before others' changes come into the text", async () => {
  const room = new Room();
  const writer = await Writer.into(room);
  writer.before.length = 0;

  room.types(0, "《");
  await settled();

  assert.equal(writer.text, "《济南的冬天");
  assert.deepEqual(writer.before, ["济南的冬天"]);
});

test("while an input method writes a word others wait, and then nothing is missing", async () => {
  const room = new Room();
  const writer = await Writer.into(room);

  writer.provider.hold();
  room.types(0, "《");
  writer.types("n");
  assert.equal(writer.text, "济南的冬天n");
  await writer.clock.pass(BATCH_AFTER);
  assert.equal(writer.state.name, "saved"); // acknowledgements are not held back
  writer.provider.release();

  assert.equal(writer.text, "《济南的冬天n");
  assert.equal(room.text, writer.text);
});

test("an input method left open does not shut the others out for ever", async () => {
  const room = new Room();
  const writer = await Writer.into(room);

  writer.provider.hold();
  room.types(0, "《");
  await writer.clock.pass(60_000);

  assert.equal(writer.text, "《济南的冬天");
});

test("a reader sends nothing", async () => {
  const room = new Room();
  room.write = false;
  room.reason = "role";
  const reader = await Writer.into(room);

  reader.types("不该有");
  await reader.clock.pass(1000);

  assert.deepEqual(reader.write, [[false, "role"]]);
  assert.equal(room.line.batches.length, 0);
  assert.equal(room.text, "济南的冬天");
});

test("what comes too late is kept as a copy, and the line says so", async () => {
  const room = new Room();
  const writer = await Writer.into(room);
  writer.types("很暖");
  room.closes("phase");

  await writer.clock.pass(BATCH_AFTER);

  assert.equal(room.text, "济南的冬天");
  assert.equal(room.copies.length, 1);
  assert.deepEqual(writer.state, { name: "aside" });
  assert.equal(writer.provider.hasUnsaved, false);
  assert.equal(writer.device.kept.size, 0);
});

test("what was typed without a line and may not go in any more is kept as a copy", async () => {
  const room = new Room();
  const writer = await Writer.into(room);
  room.isReachable = false;
  room.line.breaks();
  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);
  room.closes("role");
  room.isReachable = true;

  await writer.clock.pass(30_000);

  assert.equal(room.text, "济南的冬天");
  assert.equal(room.copies.length, 1);
  assert.deepEqual(writer.state, { name: "aside" });
});

test("who may write again has in the room what stands on the screen", async () => {
  const room = new Room();
  const writer = await Writer.into(room);
  room.closes("phase");
  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);
  assert.equal(room.text, "济南的冬天");

  room.opens();

  assert.equal(room.text, "济南的冬天很暖");
  assert.equal(writer.state.name, "saved");
});

for (const [code, why] of [[4401, "signed_out"], [4403, "no_access"], [4409, "epoch"]] as const) {
  test(`closed with ${code} it stops, says ${why}, and keeps what was typed`, async () => {
    const room = new Room();
    room.acknowledges = false;
    const writer = await Writer.into(room);
    writer.types("很暖");
    await writer.clock.pass(BATCH_AFTER);

    room.line.breaks(code);
    await writer.clock.pass(60_000);

    assert.deepEqual(writer.state, { name: "stopped", why, unsaved: true });
    assert.equal(room.lines.size, 0);
    assert.equal(writer.text, "济南的冬天很暖");
    assert.equal(writer.device.kept.size, 1);
  });
}

test("signed in again in another tab, one goes on", async () => {
  const room = new Room();
  const writer = await Writer.into(room);
  room.line.breaks(4401);
  await writer.clock.pass(60_000);
  assert.equal(room.lines.size, 0);

  writer.provider.returned();
  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);

  assert.equal(room.text, "济南的冬天很暖");
  assert.equal(writer.state.name, "saved");
});

test("another schema or epoch in the welcome stops before anything is shown or sent", async () => {
  const room = new Room();
  room.write = false;
  room.reason = "schema";
  const writer = await Writer.into(room);

  assert.equal(writer.synced, 0);
  assert.deepEqual(writer.state, { name: "stopped", why: "schema", unsaved: false });
});

test("after a hole the difference goes in one piece", async () => {
  const room = new Room();
  room.acknowledges = false;
  const writer = await Writer.into(room);
  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);
  const sent = room.line.batches.length;

  room.line.notice({ kind: "refused", batch: 1, reason: "hole" });
  writer.types("和");
  await writer.clock.pass(BATCH_AFTER);
  assert.equal(room.line.batches.length, sent);
  room.acknowledges = true;
  room.ask(room.line);
  await settled();

  assert.equal(room.line.batches.length, sent + 1);
  assert.equal(room.text, "济南的冬天很暖和");
  assert.equal(writer.state.name, "saved");
});

test("what the room refuses as unknown stops the writer, and it never counts as saved", async () => {
  const room = new Room();
  room.acknowledges = false;
  const writer = await Writer.into(room);
  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);

  room.line.notice({ kind: "refused", batch: 1, reason: "content" });

  assert.deepEqual(writer.state, { name: "stopped", why: "content", unsaved: true });
});

test("where the store has to wait the line goes on saying that it is being saved", async () => {
  const room = new Room();
  room.acknowledges = false;
  const writer = await Writer.into(room);
  writer.types("很暖");
  await writer.clock.pass(BATCH_AFTER);
  room.line.notice({ kind: "saving", waits: true });

  await writer.clock.pass(3 * PATIENCE);

  assert.deepEqual(writer.state, { name: "saving", waits: true });
  assert.equal(room.lines.size, 1);
});

test("presence goes out after joining and dies with the line", async () => {
  const room = new Room();
  const writer = await Writer.into(room);
  writer.provider.awareness.setLocalState({ user: { name: "陈静怡" } });
  assert.equal(writer.provider.awareness.getStates().size, 1);

  room.isReachable = false;
  room.line.breaks();

  assert.deepEqual([...writer.provider.awareness.getStates().keys()], [writer.doc.clientID]);
});
