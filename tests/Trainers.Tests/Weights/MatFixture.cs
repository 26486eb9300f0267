using System.Buffers.Binary;
using System.Text;

namespace MLNetGen.Tests.Weights;

/// <summary>MATLAB 5 files byte by byte ("MAT-File Format", MathWorks, chapter 1), also such as no program writes.</summary>
internal static class MatFixture
{
    private const int Int8 = 1, Int32 = 5, UInt32 = 6, Matrix = 14;
    private const int CellClass = 1;

    /// <summary>An array of length 0: a tag alone.</summary>
    public static readonly byte[] Empty = Element(Matrix);

    public static byte[] File(params byte[][] variables) =>
        [.. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(124)), 0, 1, (byte)'I', (byte)'M', .. variables.SelectMany(variable => variable)];

    /// <summary>A cell of one row, without a name.</summary>
    public static byte[] Cell(params byte[][] items) => Element(
        Matrix,
        [.. Element(UInt32, Number(CellClass), Number(0)), .. Element(Int32, Number(1), Number(items.Length)), .. Element(Int8), .. items.SelectMany(item => item)]);

    private static byte[] Element(int type, params byte[][] content) =>
        [.. Number(type), .. Number(content.Sum(part => part.Length)), .. content.SelectMany(part => part)];

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
