using static TorchSharp.torch;

namespace MLNetGen.Weights.Matlab;

/// <summary>A MATLAB array.</summary>
internal abstract record MatValue;

/// <summary>Numbers where they lie, the first dimension fastest.</summary>
/// <param name="Dimensions">At least two.</param>
/// <param name="Stored">What the file stores them as; null where that is a type that no tensor has.</param>
/// <param name="IsFloating">Whether they are of class single or double: MATLAB stores whole numbers of those as integers.</param>
/// <param name="Bytes">What they lie in.</param>
/// <param name="Start">The first one's place in it.</param>
/// <param name="Length">Bytes of all.</param>
internal sealed record MatNumbers(long[] Dimensions, ScalarType? Stored, bool IsFloating, ByteSource Bytes, long Start, long Length) : MatValue;

internal sealed record MatText(string Text) : MatValue;

internal sealed record MatCell(IReadOnlyList<MatValue> Items) : MatValue;

/// <summary>The first element of a struct array.</summary>
internal sealed record MatStruct(IReadOnlyDictionary<string, MatValue> Fields) : MatValue;

/// <summary>An array of a class that weights do not need.</summary>
internal sealed record MatOther : MatValue;
