using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        /// <summary>The names of the dimensions; null for one that has none.</summary>
        public string[] names
        {
            get
            {
                var names = new string[Dimensions];
                for (int d = 0; d < names.Length; d++)
                {
                    var name = Marshal.PtrToStringUTF8((nint)Native.Name(Handle, d));
                    names[d] = (name == "*" ? null : name)!;
                }
                return names;
            }
        }

        public bool has_names() => names.Any(name => name is not null);

        public Tensor rename_(IEnumerable<string?>? names)
        {
            var list = names?.ToArray() ?? [];
            if (list.Length != 0 && list.Length != Dimensions)
            {
                throw new ArgumentException(
                    $"The number of dimension names ({list.Length}) is different from the number of dimensions ({Dimensions}).");
            }
            var pointers = Array.ConvertAll(list, Marshal.StringToCoTaskMemUTF8);
            try
            {
                fixed (nint* first = pointers) Native.Check(Native.SetNames(Handle, (byte**)first, pointers.Length));
            }
            finally
            {
                foreach (var pointer in pointers) Marshal.FreeCoTaskMem(pointer);
            }
            return this;
        }
    }
}
