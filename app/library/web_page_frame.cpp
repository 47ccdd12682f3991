// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/web_page.h"

namespace canto {
namespace {

constexpr std::string_view kBefore = R"HTML(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Map of music</title>
<style>
:root { --ground: #fbfbfa; --text: #1c1c1c; --soft: #6a6a6a; --panel: #ffffffee; --line: #d8d8d4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #17181a; --text: #ececec; --soft: #9c9c9c; --panel: #232427ee; --line: #3c3d40; }
}
* { box-sizing: border-box; }
html, body { margin: 0; height: 100%; overflow: hidden; background: var(--ground); color: var(--text);
  font: 14px/1.4 system-ui, sans-serif; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; cursor: grab; }
#panel { position: absolute; top: 12px; right: 12px; width: 250px; max-height: calc(100% - 24px); padding: 12px;
  display: flex; flex-direction: column; gap: 8px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
h1 { margin: 0; font-size: 16px; overflow-wrap: anywhere; }
#about, #playing { color: var(--soft); font-size: 12px; }
select, input, button { width: 100%; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
  border-radius: 5px; padding: 4px 6px; }
select option { color: #000; }
#legend { overflow-y: auto; min-height: 40px; }
#legend button { display: flex; gap: 8px; align-items: center; border: 0; padding: 2px 4px; text-align: left; }
#legend button[aria-pressed="false"] { opacity: .35; }
#legend i { flex: none; width: 11px; height: 11px; border-radius: 50%; }
#legend span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#legend b { font-weight: normal; color: var(--soft); font-size: 12px; }
#card { position: absolute; pointer-events: none; max-width: 280px; padding: 6px 9px; background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; font-size: 13px; white-space: pre-line; display: none; }
</style>
</head>
<body>
<canvas id="map" tabindex="0" aria-label="Map of music: drag to pan, wheel to zoom, click a ringed point to play"></canvas>
<div id="panel">
  <h1 id="title"></h1>
  <div id="about"></div>
  <select id="column" aria-label="Colour by"></select>
  <input id="search" type="search" placeholder="Find classes, titles, artists" aria-label="Find">
  <div id="legend"></div>
  <button id="stop">Stop</button>
  <div id="playing" aria-live="polite">Click a ringed point to play it.</div>
</div>
<div id="card"></div>
<script type="application/json" id="data">)HTML";

constexpr std::string_view kBehind = R"HTML(</script>
<script>
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const bytesOf = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const shortsOf = text => { const b = bytesOf(text); return Uint16Array.from({ length: b.length / 2 }, (_, i) => b[2 * i] + 256 * b[2 * i + 1]); };
const places = shortsOf(data.places), songShorts = shortsOf(data.songs), bars = shortsOf(data.bars), music = bytesOf(data.music);
const count = places.length / 2;
const songOf = i => songShorts[2 * i] + 65536 * songShorts[2 * i + 1];
for (const column of data.columns) column.classOf = shortsOf(column.classes);
const phraseOf = new Map(data.sounding.map((point, i) => [point, i]));
const get = id => document.getElementById(id);
const canvas = get("map"), pen = canvas.getContext("2d");

/* ---- notes ---- */
function notesOf(phrase) {
  const notes = [], end = phrase + 1 < data.offsets.length ? data.offsets[phrase + 1] : music.length;
  let at = data.offsets[phrase], time = 0;
  const number = () => { let value = 0, factor = 1, b; do { b = music[at++]; value += b % 128 * factor; factor *= 128; } while (b >= 128); return value; };
  while (at < end) {
    time += number();
    const length = number(), pitch = music[at++], velocity = music[at++], program = music[at++];
    notes.push({ start: time / 200, length: length / 200, pitch: pitch % 128, drum: pitch >= 128, velocity, program });
  }
  return notes;
}

/* ---- a small synthesiser: a wave for each family of instruments, noise for drums ---- */
let audio = null, out = null, noise = null, ends = 0;
function stop() {
  if (out) { const old = out; old.gain.setTargetAtTime(0, audio.currentTime, .02); setTimeout(() => old.disconnect(), 200); out = null; }
  clearTimeout(ends); playing = -1; draw();
}
function play(point) {
  stop();
  if (!audio) {
    audio = new AudioContext();
    noise = audio.createBuffer(1, audio.sampleRate / 2, audio.sampleRate);
    const samples = noise.getChannelData(0);
    for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  }
  audio.resume();
  const limiter = audio.createDynamicsCompressor();
  out = audio.createGain(); out.gain.value = .25; out.connect(limiter); limiter.connect(audio.destination);
  const begin = audio.currentTime + .06;
  let last = 0;
  for (const note of notesOf(phraseOf.get(point))) {
    const at = begin + note.start, loud = (note.velocity / 127) ** 1.5, gain = audio.createGain();
    gain.connect(out);
    let source, length = note.length, level = loud;
    if (note.drum) {
      source = audio.createBufferSource(); source.buffer = noise;
      const filter = audio.createBiquadFilter(), deep = note.pitch < 38, bright = note.pitch > 41;
      filter.type = deep ? "lowpass" : bright ? "highpass" : "bandpass";
      filter.frequency.value = deep ? 160 : bright ? 7000 : 1200;
      length = deep ? .18 : bright ? .07 : .16; level *= deep ? 2.4 : bright ? .35 : .8;
      source.connect(filter); filter.connect(gain);
      gain.gain.setValueAtTime(level, at); gain.gain.exponentialRampToValueAtTime(.001, at + length);
    } else {
      const family = note.program >> 3;
      source = audio.createOscillator();
      source.type = family === 4 || family <= 1 || family === 9 ? "triangle" : family === 3 || family === 7 ? "sawtooth" : family === 8 ? "square" : "triangle";
      source.frequency.value = 440 * 2 ** ((note.pitch - 69) / 12);
      level *= source.type === "triangle" ? .8 : .3;
      const plucked = family <= 4, rise = plucked ? .004 : .03;
      gain.gain.setValueAtTime(0, at); gain.gain.linearRampToValueAtTime(level, at + rise);
      gain.gain.setTargetAtTime(plucked ? level * .2 : level * .7, at + rise, plucked ? .35 : .6);
      gain.gain.setTargetAtTime(0, at + Math.max(length, rise), .05); length += .3;
      source.connect(gain);
    }
    source.start(at); source.stop(at + length + .05);
    last = Math.max(last, note.start + length);
  }
  playing = point;
  get("playing").textContent = "Playing: " + nameOf(point);
  ends = setTimeout(() => { playing = -1; out = null; draw(); }, (last + .3) * 1000);
  draw();
}
function nameOf(i) {
  const s = songOf(i), artist = data.artists[s];
  return data.titles[s] + (artist ? " \u2013 " + artist : "") + ", bar " + bars[i];
}

/* ---- colours and filters ---- */
const palette = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#9a8500", "#7b5ea7", "#a0522d", "#4d4d4d"];
const shades = ["#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#e8cf12"];
let column = data.columns.length ? 0 : -1, hidden = new Set(), words = "", found = null, playing = -1, hovered = -1;
function colourOf(c, k) {
  const names = data.columns[c].names;
  if (names[k] === "(none)" || names[k] === "(others)") return "#8a8a8a";
  if (data.columns[c].scale) return shades[k];
  return k < palette.length ? palette[k] : "hsl(" + (k * 137.5 % 360).toFixed(0) + " 55% " + (42 + k % 3 * 10) + "%)";
}
const classOf = i => column < 0 ? 0 : data.columns[column].classOf[songOf(i)];
const shown = i => !hidden.has(classOf(i)) && (!found || found.has(i));
function fillLegend() {
  const legend = get("legend");
  legend.textContent = "";
  if (column < 0) return;
  const counts = new Map();
  for (let i = 0; i < count; i++) counts.set(classOf(i), (counts.get(classOf(i)) || 0) + 1);
  const names = data.columns[column].names, fits = k => !words || names[k].toLowerCase().includes(words);
  const some = names.some((_, k) => fits(k));
  names.forEach((name, k) => {
    if (some && !fits(k)) return;
    const row = document.createElement("button"), dot = document.createElement("i"), text = document.createElement("span"), number = document.createElement("b");
    dot.style.background = colourOf(column, k); text.textContent = name; row.title = name; number.textContent = counts.get(k) || 0;
    row.append(dot, text, number);
    row.setAttribute("aria-pressed", !hidden.has(k));
    row.onclick = () => { if (hidden.has(k)) hidden.delete(k); else hidden.add(k); row.setAttribute("aria-pressed", !hidden.has(k)); draw(); };
    legend.append(row);
  });
}
function search() {
  words = get("search").value.trim().toLowerCase();
  found = null;
  if (words) {
    const songs = new Set();
    data.titles.forEach((title, s) => { if ((title + " " + data.artists[s]).toLowerCase().includes(words)) songs.add(s); });
    const names = column < 0 ? [] : data.columns[column].names, classes = new Set();
    names.forEach((name, k) => { if (name.toLowerCase().includes(words)) classes.add(k); });
    found = new Set();
    for (let i = 0; i < count; i++) if (songs.has(songOf(i)) || classes.has(classOf(i))) found.add(i);
  }
  fillLegend(); draw();
}

/* ---- view: pixel = place * scale + offset ---- */
let scale = 1, left = 0, top_ = 0, ratio = 1, due = false;
const xOf = i => places[2 * i] * scale + left, yOf = i => top_ - places[2 * i + 1] * scale;
function fit() {
  let widest = 1, highest = 1;
  for (let i = 0; i < count; i++) { widest = Math.max(widest, places[2 * i]); highest = Math.max(highest, places[2 * i + 1]); }
  const panel = innerWidth > 700 ? 280 : 0, width = innerWidth - panel - 40, height = innerHeight - 40;
  scale = Math.min(width / widest, height / highest);
  left = 20 + (width - widest * scale) / 2; top_ = innerHeight - 20 - (height - highest * scale) / 2;
}
function draw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    ratio = devicePixelRatio || 1;
    canvas.width = innerWidth * ratio; canvas.height = innerHeight * ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const size = Math.min(7, Math.max(1.6, 60 / Math.sqrt(count) * Math.sqrt(scale * 65535 / 700))), byClass = new Map();
    for (let i = 0; i < count; i++) {
      const x = xOf(i), y = yOf(i);
      if (x < -9 || y < -9 || x > innerWidth + 9 || y > innerHeight + 9) continue;
      const key = shown(i) ? classOf(i) : -1;
      if (!byClass.has(key)) byClass.set(key, []);
      byClass.get(key).push(i);
    }
    for (const key of [...byClass.keys()].sort((a, b) => a - b)) {
      pen.fillStyle = key < 0 ? "#8a8a8a" : column < 0 ? palette[0] : colourOf(column, key);
      pen.globalAlpha = key < 0 ? .12 : .8;
      pen.beginPath();
      for (const i of byClass.get(key)) { const x = xOf(i), y = yOf(i); pen.moveTo(x + size, y); pen.arc(x, y, size, 0, 7); }
      pen.fill();
    }
    pen.globalAlpha = 1; pen.strokeStyle = getComputedStyle(document.body).color; pen.lineWidth = 1;
    pen.beginPath();
    for (const i of data.sounding) if (shown(i)) { pen.moveTo(xOf(i) + size + 1.5, yOf(i)); pen.arc(xOf(i), yOf(i), size + 1.5, 0, 7); }
    pen.stroke();
    for (const [i, wide] of [[hovered, 5], [playing, 8]]) if (i >= 0) { pen.lineWidth = 2.5; pen.beginPath(); pen.arc(xOf(i), yOf(i), size + wide, 0, 7); pen.stroke(); }
  });
}
function nearest(x, y, reach, test) {
  let best = -1, least = reach * reach;
  for (let i = 0; i < count; i++) {
    const d = (xOf(i) - x) ** 2 + (yOf(i) - y) ** 2;
    if (d < least && test(i)) { least = d; best = i; }
  }
  return best;
}
function hover(event) {
  const i = nearest(event.clientX, event.clientY, 14, shown), card = get("card");
  if (i !== hovered) { hovered = i; draw(); }
  card.style.display = i < 0 ? "none" : "block";
  if (i < 0) return;
  const lines = [nameOf(i)];
  for (const one of data.columns) { const name = one.names[one.classOf[songOf(i)]]; if (name !== "(none)") lines.push(one.title + ": " + name); }
  lines.push(phraseOf.has(i) ? "Click to play" : "Without music in this page");
  card.textContent = lines.join("\n");
  card.style.left = Math.min(event.clientX + 14, innerWidth - 295) + "px"; card.style.top = Math.min(event.clientY + 14, innerHeight - 24 * lines.length - 20) + "px";
}
let pressed = null, moved = false;
canvas.onpointerdown = event => { pressed = { x: event.clientX, y: event.clientY }; moved = false; canvas.setPointerCapture(event.pointerId); };
canvas.onpointermove = event => {
  if (!pressed) { hover(event); return; }
  const x = event.clientX - pressed.x, y = event.clientY - pressed.y;
  if (moved || Math.hypot(x, y) > 4) { moved = true; left += x; top_ += y; pressed = { x: event.clientX, y: event.clientY }; draw(); }
};
canvas.onpointerup = event => {
  if (pressed && !moved) {
    const i = nearest(event.clientX, event.clientY, 16, k => phraseOf.has(k) && shown(k));
    if (i >= 0) play(i); else get("playing").textContent = "This point is without music in this page; ringed points have it.";
  }
  pressed = null;
};
canvas.onpointerleave = () => { hovered = -1; get("card").style.display = "none"; draw(); };
function zoom(factor, x, y) { scale *= factor; left = x + (left - x) * factor; top_ = y + (top_ - y) * factor; draw(); }
canvas.addEventListener("wheel", event => { event.preventDefault(); zoom(Math.exp(-event.deltaY * .0015), event.clientX, event.clientY); }, { passive: false });
canvas.ondblclick = () => { fit(); draw(); };
canvas.onkeydown = event => {
  const step = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
  if (step) { left += step[0]; top_ += step[1]; draw(); }
  else if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 1.25 : .8, innerWidth / 2, innerHeight / 2);
  else if (event.key === "f") { fit(); draw(); }
};
addEventListener("keydown", event => { if (event.key === "Escape") stop(); });
addEventListener("resize", () => { fit(); draw(); });

/* ---- begin ---- */
document.title = data.title; get("title").textContent = data.title;
const many = n => n.toLocaleString("en");
get("about").textContent = (count < data.total ? "Drawn " + many(count) + " of " + many(data.total) + " points" : many(count) + " points") +
  ", " + many(data.sounding.length) + " of them with music. Made with Cantograph.";
data.columns.forEach((one, i) => { const option = document.createElement("option"); option.value = i; option.textContent = one.title; get("column").append(option); });
get("column").onchange = () => { column = Number(get("column").value); hidden = new Set(); search(); };
get("search").oninput = search;
get("stop").onclick = stop;
fit(); fillLegend(); draw();
</script>
</body>
</html>
)HTML";

} // namespace

std::pair<std::string_view, std::string_view> webPageFrame() { return {kBefore, kBehind}; }

} // namespace canto
