namespace MLNetGen.Onnx;

/// <summary>Element types of the tensors in an exported file; the numbers are ONNX's own.</summary>
public enum OnnxElementType
{
    /// <summary>32-bit float.</summary>
    Float = 1,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8 = 2,

    /// <summary>8-bit signed integer.</summary>
    Int8 = 3,

    /// <summary>16-bit signed integer.</summary>
    Int16 = 5,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 6,

    /// <summary>64-bit signed integer: indices, shapes.</summary>
    Int64 = 7,

    /// <summary>Boolean.</summary>
    Bool = 9,
}
