/** Of all pages behind signed links. Tokens of the design, light and dark; phone first, 52 px buttons (interface: Accept page). */
export const ACCEPT_PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1b1c20;--ink2:#565963;--ink3:#696c76;--line:#e4e4e1;
--edge:#8f929b;--warn:#a85800;--warnbg:#fdf0de;--breach:#c2282d;--ok:#23803c;--sales:#0a7285;--salesbg:#e3f3f5;
--mark:#6d45cf;--markbg:#f1ecfd;--link:#2a62c4}
@media (prefers-color-scheme:dark){:root{--bg:#141518;--card:#1c1d21;--ink:#e9e9ec;--ink2:#a6a9b3;--ink3:#8a8d97;
--line:#2c2e34;--edge:#757883;--warn:#f0b25c;--warnbg:#33250f;--breach:#ff8a8a;--ok:#6fcf8a;--sales:#4fc3d5;
--salesbg:#10333a;--mark:#b79cff;--markbg:#2b2147;--link:#8fb4ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.45 Inter,system-ui,Helvetica,Arial,sans-serif}
.page{max-width:520px;min-height:100vh;margin:0 auto;background:var(--card);display:flex;flex-direction:column}
header{display:flex;justify-content:space-between;gap:12px;padding:16px 20px;border-bottom:1px solid var(--line)}
header b{font-weight:600}header span{color:var(--ink2)}
.clock{display:flex;justify-content:space-between;gap:12px;padding:12px 20px;background:var(--warnbg);color:var(--warn)}
.clock b{font-weight:600;white-space:nowrap}.clock span{text-align:right}.clock.over{color:var(--breach)}
main{padding:16px 20px 24px;flex:1}
.tag{display:inline-block;padding:2px 8px;border-radius:4px;background:var(--salesbg);color:var(--sales);font-weight:600;font-size:13px}
.when,.small{color:var(--ink3);font-size:13px}
h1{font-size:20px;line-height:1.3;margin:10px 0 14px}h2{font-size:15px;margin:20px 0 4px}
p{margin:0 0 8px}.who b{font-size:16px}.who p{margin:0;color:var(--ink2)}
dl{margin:16px 0 0}dl div{border-top:1px solid var(--line);padding:10px 0}
dt{color:var(--ink3);font-size:12px}dd{margin:2px 0 0;overflow-wrap:anywhere}
ol{margin:6px 0 0;padding-left:18px}li{margin:2px 0}
details{border-top:1px solid var(--line);padding:12px 0}summary{color:var(--link);cursor:pointer;min-height:24px}
a{color:var(--link)}
.bar{position:sticky;bottom:0;background:var(--card);border-top:1px solid var(--line);padding:14px 20px 18px}
#promise{margin:0 0 8px;font-weight:600}
.three{display:grid;grid-template-columns:repeat(3,1fr);gap:8px}
button,.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:52px;padding:6px 8px;border-radius:6px;
border:1px solid var(--ink);background:var(--ink);color:var(--card);font:inherit;font-weight:600;line-height:1.2;cursor:pointer;text-decoration:none}
.button.second,button.second{margin-top:8px;background:var(--card);color:var(--ink);border-color:var(--edge)}
.button+details{margin-top:16px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.bar .foot{margin:10px 0 0;text-align:center;color:var(--ink3);font-size:12px}
.banner{padding:12px 20px;background:var(--warnbg);color:var(--warn);font-weight:600}
.done{color:var(--ok);font-weight:600}
fieldset{border:0;margin:0;padding:0}legend{padding:0;font-size:20px;font-weight:600;line-height:1.3;margin:0 0 8px}
.reason{display:flex;align-items:center;gap:12px;min-height:48px;border-top:1px solid var(--line)}
.reason input{width:20px;height:20px;margin:0;flex:none;accent-color:var(--ink)}
.reason span{flex:1}.reason small{color:var(--ink3);font-size:13px;text-align:right}
label.field{display:block;margin:12px 0 0;color:var(--ink2)}
textarea,input[type=date],select{width:100%;min-height:48px;margin-top:4px;padding:8px;border:1px solid var(--edge);border-radius:6px;
background:var(--card);color:var(--ink);font:inherit}
.item{display:flex;gap:12px;min-height:48px;padding:12px 0;border-top:1px solid var(--line)}
.item input{width:22px;height:22px;margin:0;flex:none;accent-color:var(--ok)}
.item span{flex:1;overflow-wrap:anywhere}.item small,label.field small{display:block;color:var(--ink3);font-size:13px}
.band{display:flex;justify-content:space-between;gap:12px;margin:16px -20px 0;padding:10px 20px;background:var(--bg);font-weight:600}
.band span{color:var(--ink2);font-weight:400;white-space:nowrap}
.note{margin:0 0 12px;padding:10px 12px;border-radius:6px;background:var(--markbg);color:var(--mark)}
`;
