namespace MLNetGen;

/// <summary>How a folder of pictures is read.</summary>
public sealed class ImageFolderOptions
{
    /// <summary>
    /// True stops at a picture that cannot be read; false, the default, leaves such pictures out and says so in the
    /// context's log and in the <see cref="ImageFolderReport"/>.
    /// </summary>
    public bool Strict { get; init; }
}
