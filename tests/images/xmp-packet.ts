/** XMP packets as cameras and editors write them. */
import { bytesOf } from './hand-built.ts';

export function xmpPacket(description: string): Uint8Array {
  return bytesOf(
    new TextEncoder().encode(`<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Test">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  ${description}
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`),
  );
}

const NAMESPACES = `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"`;

/** Rights and provenance beside what tells of persons and places. */
export function editorXmp(): Uint8Array {
  return xmpPacket(`<rdf:Description rdf:about="" ${NAMESPACES}
    photoshop:Credit="Acme Press" photoshop:City="Munich" xmp:CreatorTool="Acme Edit" exif:GPSLatitude="48,8.0N"
    aux:SerialNumber="SN-0042" xmpRights:Marked="True" tiff:Orientation="6" xmp:CreateDate="2024-05-06"
    Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia">
   <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">(c) Ada &amp; Co &lt;2024&gt;</rdf:li></rdf:Alt></dc:rights>
   <dc:creator><rdf:Seq><rdf:li>Ada Lovelace</rdf:li></rdf:Seq></dc:creator>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">A walk</rdf:li></rdf:Alt></dc:description>
   <xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:softwareAgent="Acme Edit"/></rdf:Seq></xmpMM:History>
   <plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>https://example.org/?a=1&amp;b=2</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>
  </rdf:Description>`);
}

export function gainMapXmp(): Uint8Array {
  return xmpPacket(`<rdf:Description rdf:about="" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"
    xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/">
   <Container:Directory><rdf:Seq>
    <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>
    <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="1234"/></rdf:li>
   </rdf:Seq></Container:Directory></rdf:Description>`);
}

export function motionPhotoXmp(): Uint8Array {
  return xmpPacket(`<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
    GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1" GCamera:hdrp_makernote="SERQAg=="/>`);
}
