const MAX_SHAPES = 10_000;

/** The names of the attributes of a tag, in order. Tags with the same names in the same order share one. */
export class XmlShape {
  readonly size: number;
  readonly #parent: XmlShape | undefined;
  readonly #name: string;
  readonly #known: { count: number };
  #next: Map<string, XmlShape> | undefined;
  #names: readonly string[] | undefined;
  #repeated: number | undefined;

  private constructor(parent: XmlShape | undefined, name: string) {
    this.#parent = parent;
    this.#name = name;
    this.size = parent === undefined ? 0 : parent.size + 1;
    this.#known = parent === undefined ? { count: 0 } : parent.#known;
  }

  /** The shape of tags without attributes, from which all others of a document are made. */
  static empty(): XmlShape {
    return new XmlShape(undefined, '');
  }

  /** This and one more name. What a document has in ever new orders is not remembered. */
  with(name: string): XmlShape {
    const known = this.#next?.get(name);
    if (known !== undefined) return known;
    const shape = new XmlShape(this, name);
    if (this.#known.count < MAX_SHAPES) {
      this.#known.count++;
      this.#next ??= new Map();
      this.#next.set(name, shape);
    }
    return shape;
  }

  /** The first names of this. */
  first(size: number): XmlShape {
    let shape: XmlShape = this;
    while (shape.size > size) shape = shape.#parent as XmlShape;
    return shape;
  }

  get names(): readonly string[] {
    if (this.#names === undefined) {
      const names = new Array<string>(this.size);
      for (let shape: XmlShape = this; shape.size > 0; shape = shape.#parent as XmlShape)
        names[shape.size - 1] = shape.#name;
      this.#names = names;
    }
    return this.#names;
  }

  /** Place of the first name that is there twice, or -1. */
  get repeated(): number {
    if (this.#repeated === undefined) {
      const seen = new Set<string>();
      this.#repeated = this.names.findIndex((name) => seen.size === seen.add(name).size);
    }
    return this.#repeated;
  }
}

/** A start tag as it was read. It is used again for a later one: take from it what is needed. */
export interface XmlTag {
  readonly name: string;
  readonly shape: XmlShape;
  /** Values by the places of the names; there may be more, of other tags, behind them. */
  readonly values: readonly string[];
  /** Where in the document it begins, in bytes; line and column of that. */
  readonly at: number;
  readonly line: number;
  readonly column: number;
}
