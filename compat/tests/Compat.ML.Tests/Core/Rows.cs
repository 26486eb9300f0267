using Microsoft.ML.Data;

namespace Compat.ML.Tests;

/// <summary>Row classes that several tests share.</summary>
public sealed class Numbered
{
    public int Id { get; set; }

    public float Value { get; set; }
}

public sealed class Point
{
    public float X { get; set; }

    [VectorType(3)]
    public float[] Features { get; set; } = [];

    public string Name { get; set; } = "";
}
