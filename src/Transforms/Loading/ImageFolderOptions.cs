namespace MLNetGen;

/// <summary>How a folder of pictures is read.</summary>
public sealed class ImageFolderOptions
{
    internal const long DefaultMaximumPixels = 178_956_970;

    /// <summary>
    /// True stops at a picture that cannot be read, and at all else that is not used and not hidden: files that are no pictures, folders without any, links
    /// to what is read already, pictures beside the classes' folders. False, the default, leaves them out and says so in the context's log and in the
    /// <see cref="ImageFolderReport"/>.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>
    /// Pictures of more pixels than this, by their headers, count as ones that cannot be read and are never decoded; at
    /// least 1. The default is 178,956,970, 13,377×13,377: decoded, at 4 bytes a pixel, that is 2/3 GiB, and Pillow
    /// refuses to open a larger one, too. A file of some kilobytes can hold a picture that fills the memory.
    /// </summary>
    public long MaximumPixels { get; init; } = DefaultMaximumPixels;
}
