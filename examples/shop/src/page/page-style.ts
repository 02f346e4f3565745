/** The colors are those of Okabe and Ito, which can be told apart with any kind of color vision. */
export const STYLE = `
:root {
  --background: #ffffff; --text: #1f2328; --muted: #59636e; --grid: #e2e5e9; --marker: #8a939d; --bad: #b42318; --panel: #f6f8fa;
  --paid: #8a939d; --paid-fill: #8a939d22; --coupon: #0072b2; --red-packet: #c04f00; --points: #00795a; --goods: #a8497d; --parcel: #8f6500;
  --retry-0: #a8497d; --retry-1: #0072b2; --retry-2: #c04f00; --dead: #b42318; --dead-fill: #b4231833; --dead-total: #59636e; --replayed: #0072b2;
  --shade-harm: #f5b40033; --shade-gone: #b4231833;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #0d1117; --text: #e6edf3; --muted: #9198a1; --grid: #262c36; --marker: #6e7681; --bad: #ff7b72; --panel: #161b22;
    --paid: #9198a1; --paid-fill: #9198a122; --coupon: #56b4e9; --red-packet: #ff8c42; --points: #3fcf9f; --goods: #e59bc4; --parcel: #f0c020;
    --retry-0: #e59bc4; --retry-1: #56b4e9; --retry-2: #ff8c42; --dead: #ff7b72; --dead-fill: #ff7b7233; --dead-total: #9198a1; --replayed: #56b4e9;
    --shade-harm: #f0c02026; --shade-gone: #ff7b7240;
  }
}
body { margin: 0; background: var(--background); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 20px; margin: 32px 0 8px; }
h3 { font-size: 16px; margin: 0 0 4px; }
h3 small { font-weight: normal; color: var(--muted); }
header p { margin: 0 0 12px; color: var(--muted); }
code { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.outcome { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.outcome div { background: var(--panel); border-radius: 8px; padding: 8px 16px; min-width: 88px; }
.outcome dt { color: var(--muted); font-size: 14px; }
.outcome dd { margin: 0; font-size: 26px; font-variant-numeric: tabular-nums; }
.bad, .outcome .bad dd { color: var(--bad); font-weight: bold; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px; border-bottom: 1px solid var(--grid); text-align: right; font-weight: normal; }
thead th { color: var(--muted); white-space: nowrap; }
.books th:first-child, .books th:last-child, .ids { text-align: left; }
tbody th { white-space: nowrap; }
.story li { padding-left: 72px; text-indent: -72px; }
.ids { color: var(--muted); min-width: 16em; }
.books td, .books th { vertical-align: top; }
figure { margin: 0 0 28px; }
figcaption { color: var(--muted); font-size: 14px; }
details { font-size: 14px; color: var(--muted); }
.key { color: var(--muted); font-size: 14px; }
.swatch { display: inline-block; width: 22px; height: 12px; margin-left: 8px; border: 1px solid var(--grid); }
.swatch:first-child { margin-left: 0; }
.swatch.harm { background: var(--shade-harm); }
.swatch.gone { background: var(--shade-gone); }
.marker { margin-left: 8px; padding: 0 6px; border-left: 1px dashed var(--marker); color: var(--text); }
.story { padding-left: 40px; font-size: 15px; }
.story time { display: inline-block; min-width: 72px; text-indent: 0; color: var(--muted); font-variant-numeric: tabular-nums; }
.u-legend { text-align: left; margin: 0; color: var(--text); }
.u-legend th, .u-legend td { border: 0; padding: 2px 4px; }
.u-select { background: var(--shade-harm); }
`
