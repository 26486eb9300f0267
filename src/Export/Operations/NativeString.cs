using System.Text;

namespace MLNetGen.Export;

/// <summary>Whose <c>std::string</c> it is: how it lies in memory is the C++ library's own affair, and fixed for the sake of programs that are compiled already.</summary>
internal enum StringLayout
{
    /// <summary>
    /// GCC's libstdc++: a pointer to the characters, the length, and sixteen bytes that hold the capacity or, of a short string, the characters themselves.
    /// </summary>
    Gnu,

    /// <summary>Visual C++: sixteen bytes that hold a pointer to the characters or, where the capacity is 15, the characters themselves; the length, the capacity.</summary>
    Microsoft,

    /// <summary>
    /// libc++ on Apple's arm64: a pointer, the length, the capacity with the highest bit set; or, that bit not set, up to 22 characters and, in the 24th byte,
    /// their number.
    /// </summary>
    Apple,
}

/// <summary>Room for a C++ <c>std::string</c> of any layout; libc++'s takes 24 of the 32 bytes.</summary>
internal unsafe struct NativeString
{
    private const ulong AppleLong = 1UL << 63;
    private const int Short = 15, AppleShort = 22;

    private ulong first, second, third, fourth;

    /// <summary>A string over characters that lie elsewhere, and stay there: to be read, not freed.</summary>
    public static NativeString Over(byte* characters, int length, StringLayout layout)
    {
        // Told to be long whatever its length, so that the characters need not lie in the object.
        ulong address = (ulong)characters, count = (ulong)length, capacity = Math.Max(count, Short + 1);
        return layout switch
        {
            StringLayout.Gnu => new() { first = address, second = count, third = capacity },
            StringLayout.Microsoft => new() { first = address, third = count, fourth = capacity },
            _ => new() { first = address, second = count, third = capacity | AppleLong },
        };
    }

    /// <summary>What a string says.</summary>
    /// <exception cref="InvalidDataException">No string can have these bytes: it is not one, or of another layout.</exception>
    public static string Read(NativeString* text, StringLayout layout)
    {
        (nint characters, ulong length, ulong capacity, _) = Parts(text, layout);
        if (characters == 0 || length > capacity || capacity > int.MaxValue)
            throw new InvalidDataException($"a text of {length} characters in room for {capacity}");
        return Encoding.UTF8.GetString((byte*)characters, (int)length);
    }

    /// <summary>Gives the memory back that a string has outside of itself.</summary>
    public static void Free(NativeString* text, LibtorchPlatform platform)
    {
        (nint characters, _, ulong capacity, bool isOutside) = Parts(text, platform.Strings);
        if (isOutside) platform.Free(characters, (nuint)capacity + 1);
    }

    private static (nint Characters, ulong Length, ulong Capacity, bool IsOutside) Parts(NativeString* text, StringLayout layout)
    {
        byte* inside = (byte*)text;
        switch (layout)
        {
            case StringLayout.Gnu:
                bool isOutside = text->first != (ulong)(inside + 16);
                return ((nint)text->first, text->second, isOutside ? text->third : Short, isOutside);
            case StringLayout.Microsoft:
                isOutside = text->fourth > Short;
                // No capacity is below 15.
                return (isOutside ? (nint)text->first : text->fourth == Short ? (nint)inside : 0, text->third, text->fourth, isOutside);
            default:
                isOutside = (text->third & AppleLong) != 0;
                return isOutside ? ((nint)text->first, text->second, text->third & ~AppleLong, true) : ((nint)inside, inside[23], AppleShort, false);
        }
    }
}
