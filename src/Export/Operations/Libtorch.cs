using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace MLNetGen.Export;

/// <summary>
/// The door to libtorch's own tracer (<c>torch::jit::tracer</c>): C++ functions that <c>libtorch_cpu</c> exports, under their mangled names. It is opened once, and
/// held against a small trace whose text is known.
/// </summary>
/// <remarks>
/// A C++ exception in a function called from here ends the process, so nothing is called that could throw: what goes in is checked before. Objects whose class
/// has a copy constructor are passed by address, as the Itanium C++ ABI has it (section 3.1.1).
/// </remarks>
internal static unsafe class Libtorch
{
    // What TracingState's layout is read for: enable_shared_from_this (16 bytes), then graph (a shared_ptr).
    private const int StateBytes = 2048, Graph = 16;
    private const int TensorTag = 1;

    private static readonly Lazy<Functions> Opened = new(Open);

    [ThreadStatic]
    private static List<string>? warnings;

    /// <summary>Why there is no tracer here; null where there is one.</summary>
    public static string? Problem => Opened.Value.Problem;

    /// <summary>
    /// Runs something and records every operation in it. The text's first node, <c>mlnetgen::known</c>, has <paramref name="known"/>'s tensors as outputs, the last,
    /// <c>mlnetgen::results</c>, what <paramref name="run"/> returned as inputs.
    /// </summary>
    /// <param name="known">Inputs and weights, all different.</param>
    /// <param name="run">What is recorded; it is given the recording, to set marks in.</param>
    /// <returns>The graph as text, the tensors of its constants in order, and what the tracer warned of.</returns>
    public static (string Text, Tensor[] Constants, string[] Warnings) Trace(IReadOnlyList<Tensor> known, Func<Recording, IReadOnlyList<Tensor>> run) =>
        Trace(Opened.Value, known, run);

    private static (string Text, Tensor[] Constants, string[] Warnings) Trace(Functions f, IReadOnlyList<Tensor> known, Func<Recording, IReadOnlyList<Tensor>> run)
    {
        byte* state = (byte*)NativeMemory.AllocZeroed(StateBytes);
        f.StateConstructor(state);
        warnings = [];
        try
        {
            var recording = new Recording(f, (nint)state);
            var holder = new SharedPointer { Object = (nint)state };
            f.SetTracingState(&holder);
            try
            {
                recording.Add("known", [], known);
                recording.Add("results", run(recording), []);
            }
            finally
            {
                SharedPointer none = default;
                f.SetTracingState(&none);
            }

            nint graph = *(nint*)(state + Graph);
            string text = TextOf(f, graph);
            return (text, Constants(f, graph, text), [.. warnings]);
        }
        finally
        {
            f.StateDestructor(state);
            NativeMemory.Free(state);
            warnings = null;
        }
    }

    private static string TextOf(Functions f, nint graph)
    {
        NativeString text = f.ToString(graph, 0);
        string result = Encoding.UTF8.GetString((byte*)text.Characters, (int)text.Length);
        // Long strings lie on the heap, short ones in the object itself.
        if (text.Length > NativeString.Short) NativeMemory.Free((void*)text.Characters);
        return result;
    }

    // A constant's number stands in the text, a tensor's elements do not.
    private static Tensor[] Constants(Functions f, nint graph, string text)
    {
        var tensors = new List<Tensor>();
        NativeVector nodes = f.FindAllNodes(graph, f.Symbol("prim::Constant"), 1);
        nint* node = (nint*)nodes.Begin;
        foreach (string line in text.Split('\n'))
        {
            int at = line.IndexOf("= prim::Constant", StringComparison.Ordinal);
            if (at < 0) continue;
            if (OperationTrace.IsTensor(line[..at]))
            {
                // Any output of a constant's node tells its value, and a new one is the only one that can be had from here.
                OptionalValue value = f.ToValue(f.AddOutput(*node));
                // The value counts as one more owner of the tensor: a handle takes that over, and gives it up when it is disposed of.
                nint* handle = (nint*)NativeMemory.Alloc((nuint)sizeof(nint));
                *handle = value.Payload;
                using Tensor owned = Tensor.UnsafeCreateTensor((nint)handle);
                using var noGradient = no_grad();
                tensors.Add(owned.detach().clone());
            }

            node++;
        }

        if (nodes.Begin != 0) NativeMemory.Free((void*)nodes.Begin);
        return [.. tensors];
    }

    private static Functions Open()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return new Functions($"libtorch's tracer is known on Linux x64 only, not on {RuntimeInformation.RuntimeIdentifier}");
        zeros(1).Dispose();
        string? path = File.ReadLines("/proc/self/maps").Select(line => line[Math.Max(0, line.IndexOf('/'))..]).FirstOrDefault(file => file.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal));
        if (path is null) return new Functions("libtorch_cpu.so is not loaded");
        try
        {
            var functions = new Functions(NativeLibrary.Load(path));
            return SelfTest(functions) is { } found ? new Functions($"libtorch's tracer is another one than known: it recorded {found}") : functions;
        }
        catch (EntryPointNotFoundException e)
        {
            return new Functions($"libtorch's tracer is another one than known: {e.Message}");
        }
    }

    // x + 1, once as a new tensor and once in place: both must be seen, in this order, and nothing else.
    private static string? SelfTest(Functions f)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor x = ones(2, 3);
        (string text, Tensor[] constants, _) = Trace(f, [x], _ => [x.add(1).mul_(2)]);
        TracedOperation[] nodes = [.. OperationTrace.Parse(text)];
        string[] found = [.. nodes.Select(node => node.Name).Where(name => name != "prim::Constant")];
        bool isKnown = found is ["mlnetgen::known", "aten::add", "aten::mul_", "mlnetgen::results"] && nodes[^1].Inputs[0] == nodes.First(node => node.Name == "aten::mul_").Outputs[0];
        return isKnown ? null : string.Join(", ", found);
    }

    [UnmanagedCallersOnly]
    private static void Warned(NativeString* text) => warnings?.Add(Encoding.UTF8.GetString((byte*)text->Characters, (int)text->Length));

    /// <summary>A trace that is being recorded.</summary>
    internal sealed class Recording
    {
        private readonly Functions functions;
        private readonly nint state;
        private readonly Dictionary<nint, nint> known = [];

        internal Recording(Functions functions, nint state)
        {
            this.functions = functions;
            this.state = state;
        }

        /// <summary>Adds a node of our own, <c>mlnetgen::NAME</c>.</summary>
        /// <param name="name">Its name.</param>
        /// <param name="inputs">Tensors that go into it.</param>
        /// <param name="outputs">Tensors that are its results from now on.</param>
        public void Add(string name, IEnumerable<Tensor> inputs, IEnumerable<Tensor> outputs)
        {
            nint node = functions.CreateNode((void*)state, functions.Symbol("mlnetgen::" + name), 0);
            foreach (Tensor tensor in inputs) functions.AddInput(node, ValueOf(tensor));

            functions.InsertNode((void*)state, node);
            foreach (Tensor tensor in outputs)
            {
                nint output = functions.AddOutput(node);
                functions.InferTypeFrom(output, tensor.Handle);
                known[Marshal.ReadIntPtr(tensor.Handle)] = output;
                var value = NativeOf(tensor);
                functions.SetValueTrace(&value, output);
            }
        }

        /// <summary>What a tensor is in the graph now: two that are equal are one value.</summary>
        /// <exception cref="InvalidOperationException">It is a parameter that the module has not registered, which libtorch would end the process for.</exception>
        public nint ValueOf(Tensor tensor)
        {
            if (tensor.requires_grad && !known.ContainsKey(Marshal.ReadIntPtr(tensor.Handle)))
            {
                throw new InvalidOperationException(
                    $"forward uses a parameter of shape [{string.Join(", ", tensor.shape)}] that no module has registered, or that it has made itself: register it (RegisterComponents, register_parameter).");
            }

            var value = NativeOf(tensor);
            return functions.GetValueTrace(&value);
        }

        /// <summary>Whether a tensor is one of those that were known from the beginning, and nothing was written into it since.</summary>
        public bool IsAsGiven(Tensor tensor) => known.TryGetValue(Marshal.ReadIntPtr(tensor.Handle), out nint value) && ValueOf(tensor) == value;

        // An IValue that is a tensor holds the pointer that the handle points to.
        private static NativeValue NativeOf(Tensor tensor) => new() { Payload = Marshal.ReadIntPtr(tensor.Handle), Tag = TensorTag };
    }

    /// <summary>libtorch's functions; or why there are none.</summary>
    internal sealed class Functions
    {
        public readonly string? Problem;
        public readonly delegate* unmanaged<void*, void> StateConstructor, StateDestructor;
        public readonly delegate* unmanaged<SharedPointer*, void> SetTracingState;
        public readonly delegate* unmanaged<NativeValue*, nint, void> SetValueTrace;
        public readonly delegate* unmanaged<NativeValue*, nint> GetValueTrace;
        public readonly delegate* unmanaged<void*, uint, nuint, nint> CreateNode;
        public readonly delegate* unmanaged<void*, nint, void> InsertNode;
        public readonly delegate* unmanaged<nint, nint> AddOutput;
        public readonly delegate* unmanaged<nint, nint, nint> AddInput;
        public readonly delegate* unmanaged<nint, nint, void> InferTypeFrom;
        public new readonly delegate* unmanaged<nint, byte, NativeString> ToString;
        public readonly delegate* unmanaged<nint, uint, byte, NativeVector> FindAllNodes;
        public readonly delegate* unmanaged<nint, OptionalValue> ToValue;

        private readonly delegate* unmanaged<NativeString*, uint> symbol;

        public Functions(string problem) => Problem = problem;

        public Functions(nint library)
        {
            nint Of(string name) => NativeLibrary.GetExport(library, name);

            StateConstructor = (delegate* unmanaged<void*, void>)Of("_ZN5torch3jit6tracer12TracingStateC1Ev");
            StateDestructor = (delegate* unmanaged<void*, void>)Of("_ZN5torch3jit6tracer12TracingStateD1Ev");
            SetTracingState = (delegate* unmanaged<SharedPointer*, void>)Of("_ZN5torch3jit6tracer15setTracingStateESt10shared_ptrINS1_12TracingStateEE");
            SetValueTrace = (delegate* unmanaged<NativeValue*, nint, void>)Of("_ZN5torch3jit6tracer13setValueTraceERKN3c106IValueEPNS0_5ValueE");
            GetValueTrace = (delegate* unmanaged<NativeValue*, nint>)Of("_ZN5torch3jit6tracer13getValueTraceERKN3c106IValueE");
            CreateNode = (delegate* unmanaged<void*, uint, nuint, nint>)Of("_ZN5torch3jit6tracer12TracingState10createNodeEN3c106SymbolEm");
            InsertNode = (delegate* unmanaged<void*, nint, void>)Of("_ZN5torch3jit6tracer12TracingState10insertNodeEPNS0_4NodeE");
            AddOutput = (delegate* unmanaged<nint, nint>)Of("_ZN5torch3jit4Node9addOutputEv");
            AddInput = (delegate* unmanaged<nint, nint, nint>)Of("_ZN5torch3jit4Node8addInputEPNS0_5ValueE");
            InferTypeFrom = (delegate* unmanaged<nint, nint, void>)Of("_ZN5torch3jit5Value13inferTypeFromERKN2at6TensorE");
            ToString = (delegate* unmanaged<nint, byte, NativeString>)Of("_ZNK5torch3jit5Graph8toStringB5cxx11Eb");
            FindAllNodes = (delegate* unmanaged<nint, uint, byte, NativeVector>)Of("_ZN5torch3jit12findAllNodesERNS0_5GraphEN3c106SymbolEb");
            ToValue = (delegate* unmanaged<nint, OptionalValue>)Of("_ZN5torch3jit8toIValueEPKNS0_5ValueE");
            symbol = (delegate* unmanaged<NativeString*, uint>)Of("_ZN3c106Symbol14fromQualStringERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE");
            ((delegate* unmanaged<delegate* unmanaged<NativeString*, void>, void>)Of("_ZN5torch3jit6tracer7setWarnEPFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEE"))(&Warned);
        }

        public uint Symbol(string name)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            fixed (byte* characters = bytes)
            {
                var text = new NativeString { Characters = (nint)characters, Length = (nuint)bytes.Length, Capacity = (ulong)bytes.Length };
                return symbol(&text);
            }
        }
    }

    internal struct SharedPointer
    {
        public nint Object, Counter;
    }

    internal struct NativeValue
    {
        public nint Payload;
        public int Tag, Padding;
    }

    internal struct OptionalValue
    {
        public nint Payload;
        public int Tag, Padding;
        public byte HasValue;
    }

    internal struct NativeVector
    {
        public nint Begin, End, Capacity;
    }

    internal struct NativeString
    {
        public const int Short = 15;

        public nint Characters;
        public nuint Length;
        public ulong Capacity, Rest;
    }
}
