namespace Microsoft.ML.Imaging.Resizing;

/// <summary>One axis of the map from destination pixels back into the source: position = Step * (pixel + 0.5) + Origin.</summary>
internal readonly record struct Axis(float Step, float Origin, int From, int To, int Offset)
{
    public bool Shrinks => Step > 1;

    public bool Scales => Step != 1;

    /// <summary>The axis that draws <paramref name="source"/> pixels onto <paramref name="length"/> ones from <paramref name="offset"/>.</summary>
    public static Axis Of(int source, int offset, int length, int destination)
    {
        float scale = (float)length / source;
        float step = 1f / scale;
        return new Axis(step, -offset * step, Math.Max(0, offset), Math.Min(destination, offset + length), offset);
    }

    /// <summary>The same axis over a mipmap level.</summary>
    public Axis At(int level, int source)
    {
        float shrink = (float)level / source;
        return this with { Step = Step * shrink, Origin = Origin * shrink };
    }

    public float Position(int pixel) => MathF.FusedMultiplyAdd(pixel + 0.5f, Step, Origin);
}
