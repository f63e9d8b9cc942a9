/** Where the two pictures stand in the view, and how they are shown: shared by the stage and its tools. */
import {
  centred,
  clamped,
  fit,
  limitedScale,
  panBy,
  resized,
  sharedAt,
  steppedScale,
  zoomAt,
  type Camera,
  type Point,
  type Size,
} from './geometry.ts';

/** What of the two is seen. */
export const SHOWN = ['split', 'before', 'after', 'difference'] as const;
export type Shown = (typeof SHOWN)[number];

/** What transparent parts are seen on; page: the colour of the view itself. */
export const GROUNDS = ['checker', 'white', 'black', 'page'] as const;
export type Ground = (typeof GROUNDS)[number];

const NOTHING: Size = { width: 0, height: 0 };

export class ViewState {
  /** Both in one view, or one alone, or what differs. */
  shown = $state<Shown>('split');
  /** The divider's place, as a share from the side of the original. */
  share = $state(0.5);
  ground = $state<Ground>('checker');
  /** The difference is made brighter by 2 to the power of this. */
  doublings = $state(4);
  #view = $state.raw<Size>(NOTHING);
  #image = $state.raw<Size>(NOTHING);
  #camera = $state.raw<Camera>({ scale: 1, x: 0, y: 0 });
  #fitted = $state(true);
  /** Device px a CSS px. */
  #density = $state(1);

  get camera(): Camera {
    return this.#camera;
  }

  get view(): Size {
    return this.#view;
  }

  get image(): Size {
    return this.#image;
  }

  get density(): number {
    return this.#density;
  }

  /** The view is higher than wide: the original stands above the result. */
  get rows(): boolean {
    return this.#view.width < this.#view.height;
  }

  /** The whole image is kept in view, also when the view changes. */
  get fitted(): boolean {
    return this.#fitted;
  }

  /** Device px a pixel of the original: 1 is 100 %. */
  get scale(): number {
    return this.#camera.scale;
  }

  get ready(): boolean {
    return this.#view.width > 0 && this.#image.width > 0;
  }

  setView(view: Size, density: number): void {
    const before = this.#view;
    this.#view = view;
    this.#density = density;
    if (!this.ready) return;
    if (this.#fitted || before.width === 0) this.fit();
    else this.#take(resized(this.#camera, before, view));
  }

  setImage(image: Size): void {
    this.#image = image;
    if (this.ready) this.fit();
  }

  fit(): void {
    this.#camera = fit(this.#image, this.#view, Math.max(1, this.#density));
    this.#fitted = true;
  }

  /** One pixel of the original is one of the screen. */
  actualSize(at: Point = this.#middle): void {
    this.zoomTo(1, at);
  }

  /** Between all and 100 %, as a double click asks for. */
  toggle(at: Point): void {
    if (this.#fitted && this.scale !== 1) this.actualSize(at);
    else this.fit();
  }

  step(direction: 1 | -1, at: Point = this.#middle): void {
    this.zoomTo(steppedScale(this.scale, direction), at);
  }

  zoomBy(factor: number, at: Point): void {
    this.zoomTo(this.scale * factor, at);
  }

  zoomTo(scale: number, at: Point = this.#middle): void {
    this.#take(zoomAt(this.#camera, at, limitedScale(scale, this.#image, this.#view)));
  }

  panBy(by: Point): void {
    this.#take(panBy(this.#camera, by));
  }

  /** Pans by a share of the view. */
  panByShare(x: number, y: number): void {
    this.panBy({ x: x * this.#view.width, y: y * this.#view.height });
  }

  moveDivider(share: number): void {
    this.share = sharedAt(share, 1);
  }

  get #middle(): Point {
    return { x: this.#view.width / 2, y: this.#view.height / 2 };
  }

  #take(camera: Camera): void {
    if (!this.ready) return;
    this.#camera = clamped(camera, this.#image, this.#view);
    const whole = fit(this.#image, this.#view, Math.max(1, this.#density));
    this.#fitted =
      Math.abs(whole.scale - camera.scale) < 1e-6 && this.#camera.x === centred(this.#image, this.#view, whole.scale).x;
  }
}
