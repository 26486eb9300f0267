using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary><c>--max-pixels</c>, of every command that reads pictures.</summary>
internal static class LargestPicture
{
    public static Option<long> Option() => new("--max-pixels")
    {
        Description = "Pictures of more pixels than this are not decoded: they count as ones that cannot be read",
        DefaultValueFactory = _ => new ImageFolderOptions().MaximumPixels,
    };
}
