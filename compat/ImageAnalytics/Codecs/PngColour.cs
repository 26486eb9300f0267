namespace Microsoft.ML.Imaging.Codecs;

/// <summary>The colour types of a PNG header.</summary>
internal enum PngColour
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}
