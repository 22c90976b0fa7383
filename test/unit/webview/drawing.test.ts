import assert from 'node:assert/strict';
import { SharedCursor } from '../../../webview/cursor.ts';
import { PacedDrawing } from '../../../webview/drawing.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** Frames come when the test says so. */
class Screen {
  isHidden = false;
  #calls: (() => void)[] = [];

  next(call: () => void): void {
    this.#calls.push(call);
  }

  frame(): void {
    const calls = this.#calls;
    this.#calls = [];
    for (const call of calls) call();
  }
}

describe("The page's drawing", () => {
  const rig = (): { screen: Screen; clock: FakeClock; drawing: PacedDrawing } => {
    const screen = new Screen();
    const clock = new FakeClock();
    return { screen, clock, drawing: new PacedDrawing(screen, clock) };
  };

  it('draws in the next frame, once however often asked, then at most ten times a second', () => {
    const { screen, clock, drawing } = rig();
    let drawn = 0;
    const draw = (): void => void drawn++;
    drawing.request(draw);
    drawing.request(draw);
    assert.equal(drawn, 0);
    screen.frame();
    assert.equal(drawn, 1);
    for (let ms = 0; ms < 1_000; ms += 10) {
      drawing.request(draw);
      clock.advance(10);
      screen.frame();
    }
    assert.equal(drawn, 11);
  });

  it('draws nothing while the page is hidden, and then all that was asked for', () => {
    const { screen, clock, drawing } = rig();
    const drawn: string[] = [];
    drawing.request(() => drawn.push('a'));
    screen.isHidden = true;
    screen.frame();
    drawing.request(() => drawn.push('b'));
    clock.advance(5_000);
    screen.frame();
    assert.deepEqual(drawn, []);
    screen.isHidden = false;
    drawing.wake();
    screen.frame();
    assert.deepEqual(drawn, ['a', 'b']);
  });

  it('goes on where the clock was set back, and where one part asks again while it draws', () => {
    const screen = new Screen();
    let time = 1_000_000;
    const drawing = new PacedDrawing(screen, { now: () => time, after: () => assert.fail('it need not wait') });
    let drawn = 0;
    drawing.request(() => drawn++);
    screen.frame();
    time = 0;
    drawing.request(() => drawn++);
    screen.frame();
    assert.equal(drawn, 2);

    const { screen: other, clock, drawing: again } = rig();
    let left = 3;
    const draw = (): void => {
      if (--left > 0) again.request(draw);
    };
    again.request(draw);
    for (let i = 0; i < 5; i++) {
      other.frame();
      clock.advance(100);
    }
    assert.equal(left, 0);
  });

  it('tells of a pause once', () => {
    const { drawing } = rig();
    const heard: boolean[] = [];
    drawing.onDidPause(() => heard.push(drawing.isPaused));
    drawing.pause(true);
    drawing.pause(true);
    drawing.pause(false);
    assert.deepEqual(heard, [true, false]);
  });
});

describe('The time cursor', () => {
  it('stays where it was pinned until it is pinned elsewhere or taken away', () => {
    const cursor = new SharedCursor();
    const heard: (number | null)[] = [];
    cursor.onDidChange(() => heard.push(cursor.at));
    cursor.point(1);
    cursor.point(1);
    cursor.pin(2);
    cursor.point(3);
    cursor.point(null);
    assert.equal(cursor.isPinned, true);
    cursor.pin(null);
    cursor.point(4);
    assert.deepEqual(heard, [1, 2, null, 4]);
    assert.equal(cursor.isPinned, false);
  });
});
