/**
 * A list of rising numbers that grows at both ends and shrinks at the front, each in constant time. A member's ordinal
 * stays the same whatever comes or goes around it.
 */
export class Positions {
  #values = new Float64Array(1_024);
  #first = 0;
  #end = 0;

  get first(): number {
    return this.#first;
  }
  get end(): number {
    return this.#end;
  }

  at(ordinal: number): number {
    return this.#values[ordinal & (this.#values.length - 1)] ?? -1;
  }

  push(value: number): void {
    this.#grow();
    this.#values[this.#end++ & (this.#values.length - 1)] = value;
  }

  unshift(value: number): void {
    this.#grow();
    this.#values[--this.#first & (this.#values.length - 1)] = value;
  }

  /** Forgets all below `value`. */
  dropBelow(value: number): void {
    while (this.#first < this.#end && this.at(this.#first) < value) this.#first++;
  }

  #grow(): void {
    const slots = this.#values.length;
    if (this.#end - this.#first < slots) return;
    const bigger = new Float64Array(slots * 2);
    for (let ordinal = this.#first; ordinal < this.#end; ordinal++)
      bigger[ordinal & (slots * 2 - 1)] = this.at(ordinal);
    this.#values = bigger;
  }
}
