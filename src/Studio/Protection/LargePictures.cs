using Microsoft.AspNetCore.Http;

namespace MLNetGen.Studio.Protection;

/// <summary>What a network makes of a large picture takes some 27 bytes a pixel: one request with such is worked on at a time. Another is refused, and does not wait, so that a turn is left for small ones.</summary>
internal sealed class LargePictures(StudioOptions options)
{
    private int taken;

    /// <summary>Begins with a picture; null where it is small.</summary>
    /// <param name="pixels">The picture's, or what is made of it.</param>
    /// <exception cref="RefusedException">Another is being worked on.</exception>
    public IDisposable? Begin(long pixels) => pixels <= options.LargePixels ? null
        : Interlocked.Exchange(ref taken, 1) == 0 ? new End(this)
        : throw new RefusedException(StatusCodes.Status429TooManyRequests, "busy", "another large picture is being worked on, and one is at a time: ask again when it is done, or send a smaller one.");

    /// <summary>An upload's pictures, decoded as they are asked for: a large one by itself, small ones as many together as have no more pixels than a large one.</summary>
    /// <param name="uploads">Files.</param>
    /// <param name="skip">Is told of a file that cannot be read, by its place; null: it ends the whole.</param>
    /// <exception cref="RefusedException">One is large, and another request's is being worked on.</exception>
    public IEnumerable<IReadOnlyList<(string Name, Picture Picture)>> Decode(IReadOnlyList<Upload> uploads, Action<int, InvalidDataException>? skip = null)
    {
        IDisposable? alone = null;
        try
        {
            List<(string, Picture)> group = [];
            long pixels = 0;
            for (int i = 0; i < uploads.Count; i++)
            {
                Picture picture;
                try
                {
                    picture = uploads[i].Decode(options);
                }
                catch (InvalidDataException e) when (skip is not null)
                {
                    skip(i, e);
                    continue;
                }
                long own = (long)picture.Width * picture.Height;
                alone ??= Begin(own);
                if (group.Count > 0 && pixels + own > options.LargePixels)
                {
                    yield return group;
                    (group, pixels) = ([], 0);
                }
                group.Add((uploads[i].Name, picture));
                pixels += own;
            }
            if (group.Count > 0)
                yield return group;
        }
        finally
        {
            alone?.Dispose();
        }
    }

    private sealed class End(LargePictures all) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref all.taken, 0);
    }
}
