/** Gathers `STAT <name> <value>` lines. */
export class StatLines {
  #text = "";

  add(name: string, value: string | number): void {
    this.#text += `STAT ${name} ${value}\r\n`;
  }

  /** The lines with END. */
  end(): string {
    return `${this.#text}END\r\n`;
  }
}
