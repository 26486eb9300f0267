using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum NonLinearities
        {
            ReLU = 0,
            Tanh = 1,
        }

        public static LSTM LSTM(
            long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0,
            bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
            Moved(new LSTM(new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional)), device, dtype);

        public static GRU GRU(
            long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0,
            bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
            Moved(new GRU(new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional)), device, dtype);

        public static RNN RNN(
            long inputSize, long hiddenSize, long numLayers = 1, NonLinearities nonLinearity = NonLinearities.Tanh, bool bias = true,
            bool batchFirst = false, double dropout = 0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
            Moved(new RNN(new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional), nonLinearity), device, dtype);

        // Weights are drawn on the CPU in the default type, then moved: the random numbers do not depend on where they go.
        private static TModule Moved<TModule>(TModule module, Device? device, ScalarType? dtype)
            where TModule : Module
        {
            if (dtype is { } type) module._to(type, false);
            if (device is not null) module._to(device.type, device.index, false);
            return module;
        }
    }
}
