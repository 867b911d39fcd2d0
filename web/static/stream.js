// Server-sent events over fetch (EventSource cannot POST).

/** Yields {type, data} for each event of a text/event-stream body; an unfinished last event is dropped. */
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "", type = "message", data = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/); // a last \r may be half of \r\n
      rest = lines.pop();
      for (const line of lines) {
        if (line === "") {
          if (data.length) yield { type, data: data.join("\n") };
          type = "message";
          data = [];
          continue;
        }
        const [, field, text] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (field === "event") type = text;
        else if (field === "data") data.push(text);
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The end of the last whole sentence in `text`, or 0: what may be read aloud already. */
export function sentencesEnd(text) {
  let end = 0;
  for (const match of text.matchAll(/[.!?…:][»”")\]]*(?=\s+\S)|\n/gu)) end = match.index + match[0].length;
  return end;
}
