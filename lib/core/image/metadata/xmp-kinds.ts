/** What each XMP property is about, by namespace and name. */
import type { MetadataKind } from '../inspection.ts';
import type { XmlAttribute, XmlElement } from './xml.ts';
import type { XmpProperty } from './xmp.ts';

export const XMP_NAMESPACE = {
  dc: 'http://purl.org/dc/elements/1.1/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  rights: 'http://ns.adobe.com/xap/1.0/rights/',
  iptcCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  iptcExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  note: 'http://ns.adobe.com/xmp/note/',
  gainMap: 'http://ns.adobe.com/hdr-gain-map/1.0/',
  camera: 'http://ns.google.com/photos/1.0/camera/',
  container: 'http://ns.google.com/photos/1.0/container/',
  panorama: 'http://ns.google.com/photos/1.0/panorama/',
  aigc: 'http://www.tc260.org.cn/ns/AIGC/1.0/',
} as const;

/** Of a panorama, and of a file's parts: all names of the two namespaces that a viewer needs (Google, "Photo Sphere XMP Metadata" and "Dynamic Depth"). */
const VIEW: Readonly<Record<string, RegExp>> = {
  [XMP_NAMESPACE.panorama]:
    /^(UsePanoramaViewer|ProjectionType|(CroppedArea|FullPano|LargestValidInteriorRect|Initial)[A-Z]\w*|Pose(Heading|Pitch|Roll)Degrees)$/,
  [XMP_NAMESPACE.container]: /^(Directory|Version)$/,
};

type Kinds = MetadataKind | Readonly<Record<string, MetadataKind>>;

/** `*` is every other name of the namespace. A namespace that is not here is of no known kind. */
const KINDS: Readonly<Record<string, Kinds>> = {
  [XMP_NAMESPACE.dc]: {
    rights: 'copyright',
    creator: 'artist',
    contributor: 'artist',
    publisher: 'credit',
    date: 'date',
    title: 'comment',
    description: 'comment',
    subject: 'comment',
  },
  [XMP_NAMESPACE.rights]: 'rights',
  [XMP_NAMESPACE.photoshop]: {
    Credit: 'credit',
    Source: 'credit',
    AuthorsPosition: 'artist',
    Instructions: 'rights',
    DateCreated: 'date',
    City: 'place',
    State: 'place',
    Country: 'place',
    History: 'software',
    DocumentAncestors: 'software',
    TextLayers: 'software',
    Headline: 'comment',
    CaptionWriter: 'comment',
    TransmissionReference: 'comment',
  },
  [XMP_NAMESPACE.iptcCore]: { CreatorContactInfo: 'artist', Location: 'place', CountryCode: 'place', '*': 'comment' },
  [XMP_NAMESPACE.iptcExt]: {
    // A source that is no AI is still credit: see `kindsOf`.
    DigitalSourceType: 'credit',
    DigitalSourcefileType: 'credit',
    Contributor: 'credit',
    AISystemUsed: 'ai-provenance',
    AISystemVersionUsed: 'ai-provenance',
    AIPromptInformation: 'ai-provenance',
    AIPromptWriterName: 'ai-provenance',
    PersonInImage: 'people',
    PersonInImageWDetails: 'people',
    LocationShown: 'place',
    LocationCreated: 'place',
    RegistryId: 'serial-number',
    '*': 'comment',
  },
  // PLUS: licensor, constraints, and whether data mining is allowed.
  'http://ns.useplus.org/ldf/xmp/1.0/': 'rights',
  'http://creativecommons.org/ns#': 'rights',
  'http://xmp.gettyimages.com/gift/1.0/': 'rights',
  'http://purl.org/dc/terms/': { provenance: 'c2pa', license: 'rights', rights: 'rights', rightsHolder: 'rights' },
  [XMP_NAMESPACE.aigc]: 'ai-provenance',
  // What a viewer needs is in VIEW.
  [XMP_NAMESPACE.panorama]: {
    FirstPhotoDate: 'date',
    LastPhotoDate: 'date',
    CaptureSoftware: 'software',
    StitchingSoftware: 'software',
    '*': 'camera',
  },
  'http://ns.adobe.com/xap/1.0/': {
    CreatorTool: 'software',
    CreateDate: 'date',
    ModifyDate: 'date',
    MetadataDate: 'date',
    Thumbnails: 'thumbnail',
    Rating: 'comment',
    Label: 'comment',
    Nickname: 'comment',
  },
  'http://ns.adobe.com/xap/1.0/g/img/': 'thumbnail',
  'http://ns.adobe.com/xap/1.0/mm/': 'software',
  'http://ns.adobe.com/camera-raw-settings/1.0/': 'software',
  'http://ns.adobe.com/lightroom/1.0/': 'comment',
  [XMP_NAMESPACE.tiff]: {
    Make: 'camera',
    Model: 'camera',
    Software: 'software',
    Artist: 'artist',
    Copyright: 'copyright',
    DateTime: 'date',
    ImageDescription: 'comment',
  },
  [XMP_NAMESPACE.exif]: {
    UserComment: 'comment',
    MakerNote: 'maker-note',
    ImageUniqueID: 'serial-number',
    DateTimeOriginal: 'date',
    DateTimeDigitized: 'date',
    '*': 'camera',
  },
  'http://cipa.jp/exif/1.0/': {
    CameraOwnerName: 'owner-name',
    BodySerialNumber: 'serial-number',
    LensSerialNumber: 'serial-number',
    '*': 'camera',
  },
  'http://ns.adobe.com/exif/1.0/aux/': {
    OwnerName: 'owner-name',
    SerialNumber: 'serial-number',
    LensSerialNumber: 'serial-number',
    '*': 'camera',
  },
  // The link to a continuation, which is joined to the packet before it is looked at.
  [XMP_NAMESPACE.note]: {},
  [XMP_NAMESPACE.gainMap]: 'gain-map',
  'http://ns.apple.com/HDRGainMap/1.0/': 'gain-map',
  'http://ns.apple.com/pixeldatainfo/1.0/': 'gain-map',
  'http://ns.google.com/photos/1.0/depthmap/': 'depth-map',
  'http://ns.google.com/photos/1.0/image/': 'depth-map',
  'http://ns.google.com/photos/dd/1.0/device/': 'depth-map',
  'http://ns.google.com/photos/dd/1.0/container/': 'depth-map',
  'http://ns.apple.com/depthData/1.0/': 'depth-map',
  'http://ns.apple.com/portraitLightingEffectsMatte/1.0/': 'depth-map',
  'http://ns.apple.com/semanticSegmentationMatte/1.0/': 'depth-map',
  // The rest are blobs of the phone's own, such as `hdrp_makernote`.
  [XMP_NAMESPACE.camera]: {
    MotionPhoto: 'motion-photo',
    MotionPhotoVersion: 'motion-photo',
    MotionPhotoPresentationTimestampUs: 'motion-photo',
    MicroVideo: 'motion-photo',
    MicroVideoVersion: 'motion-photo',
    MicroVideoOffset: 'motion-photo',
    MicroVideoPresentationTimestampUs: 'motion-photo',
    '*': 'maker-note',
  },
  'http://ns.microsoft.com/photo/1.0/': {
    CameraSerialNumber: 'serial-number',
    LastKeywordXMP: 'comment',
    '*': 'camera',
  },
  'http://ns.microsoft.com/photo/1.2/': 'people',
  'http://www.metadataworkinggroup.com/schemas/regions/': 'people',
  'http://www.metadataworkinggroup.com/schemas/keywords/': 'comment',
  'http://ns.acdsee.com/iptc/1.0/': 'comment',
  'http://www.digikam.org/ns/1.0/': 'comment',
  'http://ns.apple.com/faceinfo/1.0/': 'people',
};

/** IPTC's code list "digitalsourcetype": those that a machine made, wholly or in part. */
const AI_SOURCE =
  /(trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|algorithmicMedia|algorithmicallyEnhanced|compositeSynthetic|trainedAlgorithmicData)\b/;

/** What Google's editors write into Credit. */
const AI_CREDIT = /\b(?:made|edited) with (?:google )?(?:ai|generative)/i;

export function kindsOf(property: Pick<XmpProperty, 'namespace' | 'name' | 'value' | 'node'>): MetadataKind[] {
  const kinds = kindsByName(property);
  // A structure such as the place of creation may have a position in it (IPTC Photo Metadata Standard, "Location structure").
  return !kinds.includes('gps') && hasPosition(property.node) ? [...kinds, 'gps'] : kinds;
}

function hasPosition(node: XmlElement | XmlAttribute): boolean {
  if ('value' in node) return false;
  return (
    node.attributes.some(({ name, value }) => isPosition(name) && value !== '') ||
    node.children.some(
      (child) =>
        typeof child !== 'string' && ((isPosition(child.name) && child.children.length > 0) || hasPosition(child)),
    )
  );
}

function isPosition(name: string): boolean {
  return /:GPS(?:Latitude|Longitude)$/.test(name);
}

function kindsByName({ namespace, name, value }: Pick<XmpProperty, 'namespace' | 'name' | 'value'>): MetadataKind[] {
  if (isView(namespace, name)) return containerKinds(namespace, value);
  if (name.startsWith('GPS') && namespace === XMP_NAMESPACE.exif) return value ? ['gps'] : [];
  const rule = KINDS[namespace];
  // What nobody has a word for is named as such where it goes, and it goes under every policy but `keep`.
  if (rule === undefined) return value ? ['extended-xmp'] : [];
  const kind = typeof rule === 'string' ? rule : Object.hasOwn(rule ?? {}, name) ? rule?.[name] : rule?.['*'];
  // Phones write MotionPhoto="0" into every other photo.
  if (!kind || !value || (kind === 'motion-photo' && value === '0')) return [];
  const ai =
    (namespace === XMP_NAMESPACE.iptcExt && AI_SOURCE.test(value)) || (kind === 'credit' && AI_CREDIT.test(value));
  return ai ? [kind, 'ai-provenance'] : [kind];
}

function isView(namespace: string, name: string): boolean {
  return VIEW[namespace]?.test(name) ?? false;
}

/** The directory of a file's parts, each with what it means. */
function containerKinds(namespace: string, value: string): MetadataKind[] {
  const kinds: MetadataKind[] = [];
  if (namespace !== XMP_NAMESPACE.container) return kinds;
  if (/GainMap/.test(value)) kinds.push('gain-map');
  if (/MotionPhoto/.test(value)) kinds.push('motion-photo');
  if (/Depth/.test(value)) kinds.push('depth-map');
  return kinds;
}

/**
 * Whether a viewer needs the property to show the picture as it is meant: a panorama's projection, a gain map, the
 * place of a motion photo's video. It tells nothing of persons, and stays as long as the pixels do.
 */
export function isForRendering(property: Pick<XmpProperty, 'namespace' | 'name' | 'value' | 'node'>): boolean {
  return (
    isView(property.namespace, property.name) ||
    kindsOf(property).some((kind) => kind === 'gain-map' || kind === 'motion-photo')
  );
}
