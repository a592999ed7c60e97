/** A number read when someone asks. `decimal` numbers are printed with a fraction even when they are whole. */
export interface Gauge {
  readonly kind: "gauge";
  readonly name: string;
  readonly decimal: boolean;
  /** Null hides the gauge. */
  read(): number | null;
}

/** Numbers of the same kind, one a key, read when someone asks. */
export interface GaugeSet {
  readonly kind: "gaugeSet";
  readonly name: string;
  /** What a key is called in Prometheus's form. */
  readonly label: string;
  read(): Iterable<readonly [key: string, value: number]>;
}
