/** A ready-made part of a mail, the same in HTML and as text: the one value a template prints without escaping it. */
export class Markup {
  /** `html`: whoever makes it has escaped the values in it. */
  constructor(
    readonly html: string,
    readonly text: string,
  ) {}

  /** What a filter makes its text of, which is escaped like any other. */
  toString(): string {
    return this.text;
  }
}
