using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>
/// The door to libtorch's own tracer (<c>torch::jit::tracer</c>): C++ functions that <c>libtorch_cpu</c> exports, under their mangled names. It is opened once, and
/// held against a small trace whose text is known.
/// </summary>
/// <remarks>
/// A C++ exception in a function called from here ends the process, so nothing is called that could throw: what goes in is checked before. Objects whose class
/// has a copy constructor are passed by address, as the Itanium C++ ABI has it (section 3.1.1), and Visual C++ too. What else differs between the systems is
/// in <see cref="LibtorchPlatform"/>.
/// </remarks>
internal static unsafe class Libtorch
{
    // TracingState's layout: enable_shared_from_this (16 bytes), graph (a shared_ptr, 16), warn, strict, force_outplace. The last ones are only looked at, to know it again.
    private const int StateBytes = 2048, Graph = 16, ForceOutplace = 34;
    private const int TensorTag = 1;

    private static readonly Lazy<Functions> Opened = new(() =>
    {
        Functions functions = Open();
        if (functions.Problem is { } problem) Console.Error.WriteLine($"MLNetGen: {problem.TrimEnd('.')}. ONNX files are written from layers alone.");
        return functions;
    });

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
            var recording = new NativeRecording(f, (nint)state);
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
            string text = f.TextOf(graph);
            return (text, Constants(f, graph, text), [.. warnings]);
        }
        finally
        {
            f.StateDestructor(state);
            NativeMemory.Free(state);
            warnings = null;
        }
    }

    // A constant's number stands in the text, a tensor's elements do not.
    private static Tensor[] Constants(Functions f, nint graph, string text)
    {
        var tensors = new List<Tensor>();
        NativeVector nodes = f.FindAllNodes(graph, f.Symbol("prim::Constant"));
        nint* node = (nint*)nodes.Begin;
        foreach (string line in text.Split('\n'))
        {
            int at = line.IndexOf("= prim::Constant", StringComparison.Ordinal);
            if (at < 0) continue;
            if (node >= (nint*)nodes.End) throw new InvalidDataException("fewer constants than its text has");
            if (OperationTrace.IsTensor(line[..at]))
            {
                // Any output of a constant's node tells its value, and a new one is the only one that can be had from here.
                OptionalValue value = f.ToValue(f.AddOutput(*node));
                if (value.HasValue != 1 || value.Tag != TensorTag) throw new InvalidDataException("a constant that is no tensor");
                // The value counts as one more owner of the tensor: a handle takes that over, and gives it up when it is disposed of.
                nint* handle = (nint*)NativeMemory.Alloc((nuint)sizeof(nint));
                *handle = value.Payload;
                using Tensor owned = Tensor.UnsafeCreateTensor((nint)handle);
                using var noGradient = no_grad();
                tensors.Add(owned.detach().clone());
            }

            node++;
        }

        f.Free(nodes);
        return [.. tensors];
    }

    private static Functions Open()
    {
        if (LibtorchPlatform.Current is not { } platform)
            return new Functions($"libtorch's tracer is known on Linux x64, Windows x64 and arm64 and macOS arm64 only, not on {RuntimeInformation.RuntimeIdentifier}");
        zeros(1).Dispose();
        if (platform.LoadedFile() is not { } path) return new Functions($"{platform.File} is not loaded");
        try
        {
            var functions = new Functions(NativeLibrary.Load(path), platform);
            return SelfTest(functions) is { } found ? new Functions($"libtorch's tracer is another one than known: it recorded {found}") : functions;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or InvalidDataException)
        {
            return new Functions($"libtorch's tracer is another one than known: {e.Message}");
        }
    }

    // x + 1, once as a new tensor and once in place: both must be seen, in this order, and nothing else.
    private static string? SelfTest(Functions f)
    {
        if (!IsStateKnown(f)) return "into a state of another layout";
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor x = ones(2, 3);
        (string text, Tensor[] constants, _) = Trace(f, [x], _ => [x.add(1).mul_(2)]);
        TracedOperation[] nodes = [.. OperationTrace.Parse(text)];
        string[] found = [.. nodes.Select(node => node.Name).Where(name => name != "prim::Constant")];
        bool isKnown = found is ["mlnetgen::known", "aten::add", "aten::mul_", "mlnetgen::results"] && nodes[^1].Inputs[0] == nodes.First(node => node.Name == "aten::mul_").Outputs[0];
        if (!isKnown) return string.Join(", ", found);
        // A tensor from elsewhere is a constant, which is read back.
        Tensor five = full(2, 3, 5);
        (_, constants, _) = Trace(f, [x], _ => [x.add(five)]);
        return constants is [Tensor constant] && constant.Equals(five) ? null : $"{constants.Length} constants that are others than in the run";
    }

    // Before anything is written to a state or handed over: where its graph should be, there is one (which knows its own owner); it is strict and not force_outplace;
    // and the empty graph's text can be read, so that strings are known too.
    private static bool IsStateKnown(Functions f)
    {
        byte* state = (byte*)NativeMemory.AllocZeroed(StateBytes);
        f.StateConstructor(state);
        try
        {
            var graph = (SharedPointer*)(state + Graph);
            bool isKnown = graph->Object != 0 && graph->Counter != 0 && state[ForceOutplace - 1] == 1 && state[ForceOutplace] == 0;
            var own = (SharedPointer*)graph->Object;
            return isKnown && own->Object == graph->Object && own->Counter == graph->Counter && f.TextOf(graph->Object).Length > 0;
        }
        finally
        {
            f.StateDestructor(state);
            NativeMemory.Free(state);
        }
    }

    [UnmanagedCallersOnly]
    private static void Warned(NativeString* text) => warnings?.Add(NativeString.Read(text, LibtorchPlatform.Current!.Strings));

    private sealed class NativeRecording(Functions functions, nint state) : Recording
    {
        private readonly Dictionary<nint, nint> known = [];

        public override void Add(string name, IEnumerable<Tensor> inputs, IEnumerable<Tensor> outputs)
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

        // One that was put there in forward would end it in libtorch's words.
        public override bool IsAsGiven(Module layer)
        {
            Tensor[] weights = [.. layer.parameters(), .. layer.buffers()];
            foreach (Tensor weight in weights.Where(weight => weight.requires_grad)) ValueOf(weight);
            return !layer.modules().Append(layer).Any(part => part.training)
                && weights.All(weight => known.TryGetValue(Marshal.ReadIntPtr(weight.Handle), out nint value) && ValueOf(weight) == value);
        }

        public override Func<bool> Watch(Module layer, Tensor input)
        {
            nint value = ValueOf(input);
            return () => !input.IsInvalid && ValueOf(input) != value;
        }

        // What a tensor is in the graph now: two that are equal are one value. For a parameter that the module has not registered libtorch would end the process.
        private nint ValueOf(Tensor tensor)
        {
            if (tensor.requires_grad && !known.ContainsKey(Marshal.ReadIntPtr(tensor.Handle)))
            {
                throw new InvalidOperationException(!tensor.is_leaf
                    ? $"forward switches gradients on for a tensor of shape [{string.Join(", ", tensor.shape)}]: leave enable_grad() out of what is exported."
                    : $"forward uses a parameter of shape [{string.Join(", ", tensor.shape)}] that no module has registered, or that it has made itself: register it (RegisterComponents, register_parameter); "
                        + "or it takes gradients itself (requires_grad_(), autograd.grad), which belong to training: write them as operations.");
            }

            var value = NativeOf(tensor);
            return functions.GetValueTrace(&value);
        }

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

        // Called in two ways, as the platform has it.
        private readonly nint toString, findAllNodes, toValue, symbol;
        private readonly LibtorchPlatform platform = null!;

        public Functions(string problem) => Problem = problem;

        public Functions(nint library, LibtorchPlatform platform)
        {
            nint Of(string name) => NativeLibrary.GetExport(library, platform.Functions[name]);

            this.platform = platform;
            StateConstructor = (delegate* unmanaged<void*, void>)Of("StateConstructor");
            StateDestructor = (delegate* unmanaged<void*, void>)Of("StateDestructor");
            SetTracingState = (delegate* unmanaged<SharedPointer*, void>)Of("SetTracingState");
            SetValueTrace = (delegate* unmanaged<NativeValue*, nint, void>)Of("SetValueTrace");
            GetValueTrace = (delegate* unmanaged<NativeValue*, nint>)Of("GetValueTrace");
            CreateNode = (delegate* unmanaged<void*, uint, nuint, nint>)Of("CreateNode");
            InsertNode = (delegate* unmanaged<void*, nint, void>)Of("InsertNode");
            AddOutput = (delegate* unmanaged<nint, nint>)Of("AddOutput");
            AddInput = (delegate* unmanaged<nint, nint, nint>)Of("AddInput");
            InferTypeFrom = (delegate* unmanaged<nint, nint, void>)Of("InferTypeFrom");
            toString = Of("GraphToString");
            findAllNodes = Of("FindAllNodes");
            toValue = Of("ToValue");
            symbol = Of("Symbol");
            ((delegate* unmanaged<delegate* unmanaged<NativeString*, void>, void>)Of("SetWarn"))(&Warned);
        }

        /// <summary>A graph as text, without source ranges.</summary>
        public string TextOf(nint graph)
        {
            NativeString text;
            if (platform.ResultsByAddress) ((delegate* unmanaged<nint, NativeString*, byte, void>)toString)(graph, &text, 0);
            else text = ((delegate* unmanaged<nint, byte, NativeString>)toString)(graph, 0);
            string result = NativeString.Read(&text, platform.Strings);
            if (!result.StartsWith("graph(", StringComparison.Ordinal)) throw new InvalidDataException("a text that is no graph's");
            NativeString.Free(&text, platform);
            return result;
        }

        /// <summary>All nodes of a kind, those of inner blocks too; to be freed.</summary>
        public NativeVector FindAllNodes(nint graph, uint kind)
        {
            NativeVector nodes;
            if (platform.ResultsByAddress) ((delegate* unmanaged<NativeVector*, nint, uint, byte, void>)findAllNodes)(&nodes, graph, kind, 1);
            else nodes = ((delegate* unmanaged<nint, uint, byte, NativeVector>)findAllNodes)(graph, kind, 1);
            if (nodes.Begin > nodes.End || nodes.End > nodes.Capacity) throw new InvalidDataException("a list that ends before it begins");
            return nodes;
        }

        public void Free(NativeVector vector) => platform.Free(vector.Begin, (nuint)(vector.Capacity - vector.Begin));

        /// <summary>A value's constant, if it is one's.</summary>
        public OptionalValue ToValue(nint value)
        {
            OptionalValue result;
            if (platform.ResultsByAddress) ((delegate* unmanaged<OptionalValue*, nint, void>)toValue)(&result, value);
            else result = ((delegate* unmanaged<nint, OptionalValue>)toValue)(value);
            return result;
        }

        public uint Symbol(string name)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            fixed (byte* characters = bytes)
            {
                var text = NativeString.Over(characters, bytes.Length, platform.Strings);
                if (!platform.ResultsByAddress) return ((delegate* unmanaged<NativeString*, uint>)symbol)(&text);
                uint result;
                ((delegate* unmanaged<uint*, NativeString*, void>)symbol)(&result, &text);
                return result;
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
}
