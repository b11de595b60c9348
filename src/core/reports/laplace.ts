/**
 * Noise for counts that are released: the discrete Laplace distribution, drawn exactly, with whole
 * numbers only (Canonne, Kamath and Steinke 2020, algorithm 2). Floating point would leak through its
 * rounding (Mironov 2012).
 */

/** A whole number from 0 to `below` less one, each as likely; from a source that nobody can guess. */
export type DrawBelow = (below: number) => number;

/** True with probability exp(-numerator/denominator), for a fraction from 0 to 1. */
function bernoulliExp(draw: DrawBelow, numerator: number, denominator: number): boolean {
  for (let k = 1; ; k += 1) {
    // Bernoulli(numerator / (denominator k)).
    if (draw(denominator * k) >= numerator) return k % 2 === 1;
  }
}

/** @param scale numerator and denominator: whoever can change a count by `cap` has cap/epsilon */
export function discreteLaplace(
  draw: DrawBelow,
  { numerator: t, denominator: s }: { readonly numerator: number; readonly denominator: number },
): number {
  for (;;) {
    const u = draw(t);
    if (!bernoulliExp(draw, u, t)) continue;
    let v = 0;
    while (bernoulliExp(draw, 1, 1)) v += 1;
    const magnitude = Math.floor((u + t * v) / s);
    const isNegative = draw(2) === 1;
    if (isNegative && magnitude === 0) continue;
    return isNegative ? -magnitude : magnitude;
  }
}
