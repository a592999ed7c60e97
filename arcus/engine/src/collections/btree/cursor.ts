import type { BtreeElement } from "./btree-element.ts";
import type { Leaf } from "./tree-node.ts";

/** A place among the elements of a tree, or off one of its ends. It holds as long as the tree is not changed. */
export class Cursor {
  #leaf: Leaf | null;
  #index: number;
  /** Which end it left; null while it stands on an element. */
  off: "front" | "back" | null = null;

  constructor(leaf: Leaf, index: number) {
    this.#leaf = leaf;
    this.#index = index;
    if (index < 0) this.#enterPrevious();
    else if (index >= leaf.elements.length) this.#enterNext();
  }

  /** The element it stands on; null off an end. */
  get element(): BtreeElement | null {
    return this.#leaf === null ? null : this.#leaf.elements[this.#index];
  }

  get isFirst(): boolean {
    return this.#leaf !== null && this.#index === 0 && this.#leaf.previous === null;
  }

  get isLast(): boolean {
    return this.#leaf !== null && this.#index === this.#leaf.elements.length - 1 && this.#leaf.next === null;
  }

  /** Steps to the next greater element. */
  forward(): void {
    if (this.#leaf !== null && ++this.#index >= this.#leaf.elements.length) this.#enterNext();
  }

  /** Steps to the next smaller element. */
  backward(): void {
    if (this.#leaf !== null && --this.#index < 0) this.#enterPrevious();
  }

  #enterNext(): void {
    this.#leaf = this.#leaf!.next;
    this.#index = 0;
    if (this.#leaf === null) this.off = "back";
  }

  #enterPrevious(): void {
    this.#leaf = this.#leaf!.previous;
    if (this.#leaf === null) this.off = "front";
    else this.#index = this.#leaf.elements.length - 1;
  }
}
