/** A number that only grows. On hot paths write `counter.value++`. */
export class Counter {
  readonly kind = "counter";
  readonly name: string;
  value = 0;

  constructor(name: string) {
    this.name = name;
  }

  add(amount: number): void {
    this.value += amount;
  }

  reset(): void {
    this.value = 0;
  }
}

/** Counters of the same kind, one a key; a key's counter appears with its first use. */
export class CounterSet {
  readonly kind = "counterSet";
  readonly name: string;
  readonly byKey = new Map<string, Counter>();

  constructor(name: string) {
    this.name = name;
  }

  add(key: string, amount: number): void {
    let counter = this.byKey.get(key);
    if (counter === undefined) this.byKey.set(key, (counter = new Counter(this.name)));
    counter.value += amount;
  }

  reset(): void {
    for (const counter of this.byKey.values()) counter.reset();
  }
}
