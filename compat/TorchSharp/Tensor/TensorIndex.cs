namespace TorchSharp;

public static partial class torch
{
    /// <summary>One subscript of a tensor.</summary>
    public struct TensorIndex
    {
        private const long Absent = long.MinValue; // native/indexing.cpp knows it

        public static TensorIndex Ellipsis = new() { kind = IndexKind.Ellipsis };
        public static TensorIndex None = new() { kind = IndexKind.None };
        public static TensorIndex Null = new() { kind = IndexKind.None };
        public static TensorIndex Colon = Slice();

        private IndexKind kind;
        private long start, stop, step;
        private Tensor? tensor;

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new()
        {
            kind = IndexKind.Slice,
            start = start ?? Absent,
            stop = stop ?? Absent,
            step = step ?? Absent,
        };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, (long?)range.end);

        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);

        public static TensorIndex Bool(bool value) => new() { kind = IndexKind.Bool, start = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => new() { kind = IndexKind.Single, start = index.GetValueOrDefault() };

        public static TensorIndex Tensor(Tensor tensor) => new() { kind = IndexKind.Tensor, tensor = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        // Never called: it ranks subscripts before tensors where a number could become either.
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");

        internal readonly IndexValue ToNative() => new()
        {
            Kind = kind,
            Start = start,
            Stop = stop,
            Step = step,
            Tensor = kind == IndexKind.Tensor ? tensor!.Handle : 0,
        };
    }
}
