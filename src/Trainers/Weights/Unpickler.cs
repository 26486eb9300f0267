using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MLNetGen.Weights;

/// <summary>
/// Reads what PyTorch pickles around weights: Python's pickle machine (PEP 307, PEP 3154; protocols 2 to 5) without the part
/// that runs things. See <see cref="PickledGlobal"/>.
/// </summary>
/// <param name="input">Where the pickle begins.</param>
internal sealed class Unpickler(PickleInput input)
{
    private const int NewestProtocol = 5;
    // A tensor takes some 60 operations. A container counts for as many values as it has room for.
    private const int MaxValues = 1 << 22;
    private const int ContainerValues = 8;
    // PyTorch's magic number is the longest there is: 10.
    private const int MaxIntegerLength = 16;
    private static readonly object Mark = new();
    private readonly Budget budget = new("its pickle holds too many values", MaxValues);
    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private readonly List<PickledStorage> storages = [];

    /// <summary>Every storage that the pickle has named.</summary>
    public IReadOnlyCollection<PickledStorage> Storages => storages;

    /// <summary>One value: the pickle up to its STOP.</summary>
    /// <exception cref="BadWeightsException">It is cut off, or asks for anything but weights.</exception>
    public object? Read()
    {
        while (true)
        {
            byte code = input.Byte();
            if (code == '.') return Pop();
            budget.Spend();
            Step(code);
        }
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case 0x80: CheckProtocol(); break;
            case 0x95: input.UInt64(); break;
            case (byte)'(': Push(Mark); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': Push(Peek()); break;

            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'J': Push((long)input.Int32()); break;
            case (byte)'K': Push((long)input.Byte()); break;
            case (byte)'M': Push((long)input.UInt16()); break;
            case 0x8A: Push(Whole(input.Byte())); break;
            case 0x8B: Push(Whole(input.UInt32())); break;
            case (byte)'G': Push(input.Double()); break;
            case (byte)'U' or 0x8C: Push(input.Text(input.Byte())); break;
            case (byte)'T' or (byte)'X': Push(input.Text(input.UInt32())); break;
            case 0x8D: Push(input.Text(input.UInt64())); break;
            case (byte)'C': Push(input.Bytes(input.Byte())); break;
            case (byte)'B': Push(input.Bytes(input.UInt32())); break;
            case 0x8E: Push(input.Bytes(input.UInt64())); break;

            case (byte)']': PushList([]); break;
            case (byte)'l': PushList(PopToMark()); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)')': Push(new PickledTuple([])); break;
            case (byte)'t': Push(new PickledTuple(PopToMark())); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case (byte)'}': PushDictionary([]); break;
            case (byte)'d': PushDictionary(PopToMark()); break;
            case (byte)'s': SetItems(PopLast(2)); break;
            case (byte)'u': SetItems(PopToMark()); break;

            case (byte)'q': memo[input.Byte()] = Peek(); break;
            case (byte)'r': memo[input.UInt32()] = Peek(); break;
            case 0x94: memo[memo.Count] = Peek(); break;
            case (byte)'h': Push(Remembered(input.Byte())); break;
            case (byte)'j': Push(Remembered(input.UInt32())); break;

            case (byte)'c': Push(PickledGlobal.Find(input.Line(), input.Line())); break;
            case 0x93: PushGlobalOnStack(); break;
            case (byte)'i': throw PickledGlobal.Refused(input.Line(), input.Line());
            case (byte)'R' or 0x81: Call(); break;
            case (byte)'b': Build(); break;
            case (byte)'Q': PushStorage(Pop()); break;
            default: throw PickledGlobal.Odd($"the operation 0x{code:X2} at byte {input.Position - 1:N0}, which no weights need");
        }
    }

    private void CheckProtocol()
    {
        byte protocol = input.Byte();
        if (protocol > NewestProtocol) throw PickledGlobal.Odd($"protocol {protocol}, newer than any known ({NewestProtocol})");
    }

    private void Append(object?[] items)
    {
        if (Peek() is not List<object?> list) throw PickledGlobal.Odd("items for something that is no list");
        list.AddRange(items);
    }

    private void PushTuple(int count) => Push(new PickledTuple(PopLast(count)));

    private void PushList(object?[] items)
    {
        budget.Spend(ContainerValues);
        Push(items.ToList());
    }

    private void PushDictionary(object?[] items)
    {
        budget.Spend(ContainerValues);
        Push(new PickledDictionary());
        SetItems(items);
    }

    private void SetItems(object?[] items)
    {
        if (Peek() is not PickledDictionary dictionary || items.Length % 2 != 0) throw PickledGlobal.Odd("entries for something that is no dict");
        for (int i = 0; i < items.Length; i += 2) dictionary.Set(items[i], items[i + 1]);
    }

    private void PushGlobalOnStack()
    {
        if (PopLast(2) is not [string module, string name]) throw PickledGlobal.Odd("a name that is no text");
        Push(PickledGlobal.Find(module, name));
    }

    private void Call()
    {
        if (PopLast(2) is not [PickledGlobal global, PickledTuple arguments]) throw PickledGlobal.Odd("a call of something that is no function");
        budget.Spend(ContainerValues);
        Push(global.Call(arguments.Items, budget));
    }

    // Attributes of an OrderedDict (_metadata) and what old parameters carry besides their tensor; of no use here.
    private void Build()
    {
        Pop();
        if (Peek() is not (PickledDictionary or PickledTensor)) throw PickledGlobal.Odd("attributes for something that has none");
    }

    // ("storage", type, key, location, count), and in old files a part of it: None or (key, start, count).
    private void PushStorage(object? id)
    {
        if (id is not PickledTuple { Items: ["storage", PickledGlobal { Elements: { } type }, string key, _, long count, .. var rest] })
            throw PickledGlobal.Odd("a reference to something that is no storage");
        long start = rest is [PickledTuple { Items: [_, long first, _] }] ? first : 0;
        storages.Add(new(key, type, count, start));
        Push(storages[^1]);
    }

    private object Whole(ulong count)
    {
        if (count > MaxIntegerLength) throw PickledGlobal.Odd($"a number of {count:N0} bytes at byte {input.Position:N0}, which no weights need");
        BigInteger value = new(input.Bytes(count));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private object? Remembered(long index) =>
        memo.TryGetValue(index, out object? value) ? value : throw PickledGlobal.Odd($"a reference to value {index}, which it does not have");

    private void Push(object? value) => stack.Add(value);

    private object? Peek() => stack is [.., var top] && top != Mark ? top : throw PickledGlobal.Odd("an operation that lacks its operands");

    private object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopLast(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--) values[i] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        int mark = stack.LastIndexOf(Mark);
        if (mark < 0) throw PickledGlobal.Odd("the end of a group that never began");
        object?[] values = [.. stack.Skip(mark + 1)];
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }
}

/// <summary>The bytes of a pickle, read from front to back.</summary>
/// <param name="stream">Where they come from.</param>
/// <param name="length">No more than these are read.</param>
internal sealed class PickleInput(Stream stream, long length)
{
    /// <summary>Bytes of a file's pickles at most; a tensor takes some 200.</summary>
    public const long Longest = 1 << 25;

    private const int MaxLineLength = 1024;

    public long Position { get; private set; }

    public byte Byte() => Bytes(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    // The one number in a pickle that is big-endian.
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    public string Text(ulong count) => Encoding.UTF8.GetString(Bytes(count));

    public string Line()
    {
        List<byte> line = [];
        for (byte value = Byte(); value != '\n'; value = Byte())
        {
            if (line.Count == MaxLineLength) throw Damage.Truncated($"a name at byte {Position:N0} of its pickle does not end");
            line.Add(value);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    /// <summary>Makes room only for what can be there.</summary>
    public byte[] Bytes(ulong count)
    {
        if (count > (ulong)(length - Position) || count > (ulong)Array.MaxLength)
            throw Damage.Truncated($"its pickle wants {count:N0} bytes at byte {Position:N0}, where {length - Position:N0} are left");
        byte[] bytes = new byte[count];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw Damage.Truncated($"its pickle ends at byte {Position:N0}, in the middle");
        Position += bytes.Length;
        return bytes;
    }
}
