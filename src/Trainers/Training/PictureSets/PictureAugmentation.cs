namespace MLNetGen;

/// <summary>How stored pictures become a network's input, another way in every epoch.</summary>
/// <remarks>
/// Krizhevsky, Sutskever and Hinton 2012, section 4.1. They count the windows of 224×224 in 256×256 with their mirror
/// images as 2·(256 − 224)² = 2,048; from the first position to the last there are 33 and not 32 each way, 2,178 in all,
/// and every one of them is drawn here (at 227: 2·30² for their 2·29²).
/// </remarks>
internal sealed record PictureAugmentation
{
    /// <summary>Height and width of the network's input in pixels, at most those of the stored pictures.</summary>
    public required int Size { get; init; }

    /// <summary>A window anywhere, each place equally often; otherwise the one in the middle.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>Pixels that a random window may lie outside the picture, which is mirrored at its edge (and the edge not repeated).</summary>
    public int Padding { get; init; }

    /// <summary>Mirrors left and right in half of the cases.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Standard deviation of the colour noise's α: 0.1 in the paper, 0 for none. See <see cref="ColorComponents"/>.</summary>
    public double ColorNoise { get; init; }

    public void Validate(int height, int width)
    {
        OptionCheck.AtLeast(nameof(Size), Size, 1);
        OptionCheck.AtLeast(nameof(Padding), Padding, 0);
        OptionCheck.NotNegative(nameof(ColorNoise), ColorNoise);
        if (Size > Math.Min(height, width))
            throw new ArgumentException($"{nameof(Size)} is {Size}, and the stored pictures are {width}×{height}: store them at least as large.");
        if (Padding >= Math.Min(height, width))
        {
            throw new ArgumentException(
                $"{nameof(Padding)} is {Padding}; pictures of {width}×{height} have at most {Math.Min(height, width) - 1} pixels to mirror at an edge.");
        }
    }
}

/// <summary>Copies a square window out of planes of bytes, mirrored at their edges where it lies outside of them.</summary>
internal sealed class PictureWindow
{
    private readonly int channels, height, width, size, padding;
    private readonly int[] rows, columns;

    public PictureWindow(int channels, int height, int width, int size, int padding)
    {
        (this.channels, this.height, this.width, this.size, this.padding) = (channels, height, width, size, padding);
        rows = Mirrored(height, padding);
        columns = Mirrored(width, padding);
    }

    /// <summary>Places from top to bottom, and from left to right; the first lies <c>padding</c> pixels outside.</summary>
    public (int Down, int Across) Places => (rows.Length - size + 1, columns.Length - size + 1);

    /// <summary>The place in the middle, above and to the left of it where there are two.</summary>
    public (int Top, int Left) Centre => ((height - size) / 2 + padding, (width - size) / 2 + padding);

    /// <summary>Bytes of one window.</summary>
    public int Length => channels * size * size;

    public void Copy(ReadOnlySpan<byte> planes, Span<byte> window, int top, int left, bool flip)
    {
        int right = left + size;
        int inside = Math.Max(left, padding);
        int outside = Math.Min(right, padding + width);
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<byte> plane = planes.Slice(channel * height * width, height * width);
            for (int y = 0; y < size; y++)
            {
                ReadOnlySpan<byte> source = plane.Slice(rows[top + y] * width, width);
                Span<byte> target = window.Slice((channel * size + y) * size, size);
                for (int x = left; x < inside; x++)
                    target[x - left] = source[columns[x]];
                source[(inside - padding)..(outside - padding)].CopyTo(target[(inside - left)..]);
                for (int x = outside; x < right; x++)
                    target[x - left] = source[columns[x]];
                if (flip)
                    target.Reverse();
            }
        }
    }

    // Where each line of the padded picture lies in the picture: … 2 1 | 0 1 2 … last | last − 1 …
    private static int[] Mirrored(int length, int padding)
    {
        int[] lines = new int[length + 2 * padding];
        for (int i = 0; i < lines.Length; i++)
        {
            int at = Math.Abs(i - padding);
            lines[i] = at < length ? at : 2 * (length - 1) - at;
        }
        return lines;
    }
}
