import { expect, it } from "vitest";
import { UnreadReplies } from "./unread-replies.ts";

it("gives up the client that left the most unread, once all have left too much", () => {
  const gone: string[] = [];
  const reader = (name: string) => ({ giveUp: (reason: string) => void gone.push(`${name}: ${reason}`) });
  const [slow, greedy, good] = [reader("slow"), reader("greedy"), reader("good")];
  const unread = new UnreadReplies(100);
  unread.note(slow, 40);
  unread.note(greedy, 50);
  unread.note(greedy, 55);
  expect(unread.byteCount).toBe(95);
  expect(gone).toEqual([]);
  unread.note(good, 6);
  expect(gone).toEqual(["greedy: 55 bytes of replies that it does not read"]);
  unread.note(good, 0);
  expect(unread.byteCount).toBe(40);
  unread.note(good, 101);
  expect(gone[1]).toBe("good: 101 bytes of replies that it does not read");
});
