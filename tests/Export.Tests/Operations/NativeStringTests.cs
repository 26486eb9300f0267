using System.Runtime.InteropServices;
using System.Text;

namespace MLNetGen.Export.Tests;

/// <summary>C++ strings of the three layouts, from bytes as the three libraries' headers have them.</summary>
public sealed unsafe class NativeStringTests : IDisposable
{
    private const ulong AppleLong = 1UL << 63;
    private const string Short = "graph(): 15 ok.", Long = "graph(%0 : Tensor): more than a string has room for in itself, ünïcode too";

    private readonly byte* memory = (byte*)NativeMemory.AllocZeroed(256);

    private ulong Outside => (ulong)(memory + 64);

    public void Dispose() => NativeMemory.Free(memory);

    [Fact]
    public void A_short_string_lies_in_the_object()
    {
        ulong length = Put(Short, 16);
        Words((ulong)(memory + 16), length);
        Assert.Equal(Short, Read(StringLayout.Gnu));

        Clear();
        Put(Short, 0);
        Words(null, null, length, 15);
        Assert.Equal(Short, Read(StringLayout.Microsoft));

        Clear();
        const string TwentyTwo = "graph(): twenty-two ok";
        memory[23] = (byte)Put(TwentyTwo, 0);
        Assert.Equal(22, memory[23]);
        Assert.Equal(TwentyTwo, Read(StringLayout.Apple));
    }

    [Theory]
    [InlineData(Long)]
    // A string keeps its room when it becomes shorter.
    [InlineData(Short)]
    [InlineData("")]
    public void A_long_one_lies_elsewhere(string text)
    {
        ulong length = Put(text, 64);
        Words(Outside, length, 127);
        Assert.Equal(text, Read(StringLayout.Gnu));
        Words(Outside, 0, length, 127);
        Assert.Equal(text, Read(StringLayout.Microsoft));
        Words(Outside, length, 127 | AppleLong);
        Assert.Equal(text, Read(StringLayout.Apple));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Short)]
    [InlineData(Long)]
    public void What_is_made_here_is_read_alike_and_never_lies_in_the_object(string text)
    {
        ulong length = Put(text, 64);
        foreach (StringLayout layout in Enum.GetValues<StringLayout>())
        {
            var made = NativeString.Over(memory + 64, (int)length, layout);
            Assert.Equal(text, NativeString.Read(&made, layout));
            NativeString moved = made;
            Assert.Equal(text, NativeString.Read(&moved, layout));
        }
    }

    [Fact]
    public void Bytes_that_no_string_has_are_refused_and_not_followed()
    {
        foreach (StringLayout layout in Enum.GetValues<StringLayout>())
        {
            // Nothing at all: longer than its room, or pointing nowhere; libc++ has an empty string so.
            Clear();
            if (layout == StringLayout.Apple) Assert.Equal("", Read(layout));
            else Assert.Throws<InvalidDataException>(() => Read(layout));

            // Longer than its room.
            Words(8, layout == StringLayout.Microsoft ? 0UL : 100, layout == StringLayout.Microsoft ? 100UL : 50 | (layout == StringLayout.Apple ? AppleLong : 0), 50);
            Assert.Throws<InvalidDataException>(() => Read(layout));

            // A pointer where the capacity should be.
            Words(8, 8, Outside | (layout == StringLayout.Apple ? AppleLong : 0), Outside);
            Assert.Throws<InvalidDataException>(() => Read(layout));
        }

        // One system's string read as another's.
        Put(Long, 64);
        Words(Outside, 74, 127);
        Assert.Throws<InvalidDataException>(() => Read(StringLayout.Microsoft));
        Words(Outside, 0, 74, 127);
        Assert.Equal("", Read(StringLayout.Gnu));
    }

    private string Read(StringLayout layout) => NativeString.Read((NativeString*)memory, layout);

    private void Clear() => NativeMemory.Clear(memory, 256);

    private ulong Put(string text, int at) => (ulong)Encoding.UTF8.GetBytes(text, new Span<byte>(memory + at, 256 - at));

    private void Words(params ulong?[] words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] is { } word) ((ulong*)memory)[i] = word;
        }
    }
}
