// Makes what was pasted or dropped into an image that the API takes, with a small picture of it. Loaded with the first image.
import { MAX_IMAGE_CHARS, MAX_IMAGE_PIXELS } from '../../src/shared/protocol.ts';

const SENT_AS_IT_IS = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
/** On the longer side. The API itself makes larger images about as small. */
const REDUCED_PIXELS = 2_000;
const THUMB_PIXELS = 96;

/** What the host has read: in base64, of this media type. */
export interface GivenImage {
  readonly name: string;
  readonly media: string;
  readonly data: string;
}

/** In base64; undefined for what the browser cannot read, or cannot make small enough. */
export async function prepareImage(given: Blob | GivenImage): Promise<{ data: string; thumb: string } | undefined> {
  try {
    const file = given instanceof Blob ? given : blobOf(given);
    const picture = await createImageBitmap(file);
    const thumb = draw(picture, THUMB_PIXELS).toDataURL('image/webp', 0.7);
    const data = await fitting(file, picture);
    picture.close();
    return data === undefined ? undefined : { data, thumb };
  } catch {
    return undefined;
  }
}

async function fitting(file: Blob, picture: ImageBitmap): Promise<string | undefined> {
  const fits = Math.max(picture.width, picture.height) <= MAX_IMAGE_PIXELS && (file.size * 4) / 3 + 4 < MAX_IMAGE_CHARS;
  if (fits && SENT_AS_IT_IS.includes(file.type)) return base64Of(await addressOf(file));
  // What stays sharp first, then what is small.
  for (const type of ['image/png', 'image/jpeg']) {
    const data = base64Of(draw(picture, fits ? MAX_IMAGE_PIXELS : REDUCED_PIXELS).toDataURL(type, 0.85));
    if (data.length > 0 && data.length < MAX_IMAGE_CHARS) return data;
  }
  return undefined;
}

function blobOf({ data, media }: GivenImage): Blob {
  return new Blob([Uint8Array.from(atob(data), (each) => each.codePointAt(0)!)], { type: media });
}

function draw(picture: ImageBitmap, longest: number): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function addressOf(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

function base64Of(address: string): string {
  return address.slice(address.indexOf(',') + 1);
}
