/** A drawing with all that editors leave in it, around what is drawn. */
export function editorDrawing(drawn: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by jane -->
<!--! Licence: CC BY 4.0, Jane Maker -->
<!DOCTYPE svg [<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/"><!ENTITY ns_svg "http://www.w3.org/2000/svg">]>
<svg xmlns="&ns_svg;" xmlns:i="&ns_ai;" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
 xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" width="40" height="30" inkscape:export-filename="/home/jane.private/secret.png" sodipodi:docname="secret.svg">
<title>Logo</title><desc>A square</desc>
<metadata><sfw xmlns="http://ns.adobe.com/SaveForWeb/1.0/">secret slices</sfw><rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format>
<dc:title>secret plan</dc:title><dc:date>2024-05-06</dc:date><dc:creator><cc:Agent><dc:title>Jane Maker</dc:title></cc:Agent></dc:creator>
<dc:rights><cc:Agent><dc:title>(c) Jane</dc:title></cc:Agent></dc:rights><cc:license rdf:resource="http://creativecommons.org/licenses/by/4.0/"/></cc:Work></rdf:RDF></metadata>
<sodipodi:namedview inkscape:window-width="1920"><inkscape:grid id="secret-grid"/></sodipodi:namedview>
<style>/* jane's colours */ .a { fill: red /* secret */ } .b:after { content: "/* no comment */" }</style>
<g inkscape:label="secret layer">${drawn}</g><i:pgf id="secret"><![CDATA[ secret <!-- data --> ]]></i:pgf>
<?adobe secret?></svg>`;
}
