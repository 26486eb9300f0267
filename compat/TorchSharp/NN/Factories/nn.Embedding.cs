using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Embedding Embedding(
            long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2,
            bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
        {
            var weight = new Parameter(init.normal_(empty(num_embeddings, embedding_dims, device: device, dtype: dtype)));
            if (padding_idx is { } index)
            {
                using var noGrad = no_grad();
                using var row = weight.select(0, index);
                row.zero_();
            }
            return new Embedding(weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
        }

        public static Embedding Embedding_from_pretrained(
            Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2,
            bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
        {
            var embedding = new Embedding(
                new Parameter(embeddings.alias(), requires_grad: !freeze), padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            if (dtype is { } type)
                embedding._to(type, false);
            if (device is not null)
                embedding._to(device.type, device.index, false);
            return embedding;
        }

        public static EmbeddingBag EmbeddingBag(
            long num_embeddings, long embedding_dims, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false,
            EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool include_last_offset = false, long padding_index = -1,
            Device? device = null, ScalarType? dtype = null)
        {
            var weight = new Parameter(init.normal_(empty(num_embeddings, embedding_dims)));
            if (padding_index >= 0)
            {
                using var noGrad = no_grad();
                using var row = weight.select(0, padding_index);
                row.zero_();
            }
            return Moved(new EmbeddingBag(weight, max_norm, norm_type, scale_grad_by_freq, mode, sparse, include_last_offset, padding_index), device, dtype);
        }

        public static EmbeddingBag EmbeddingBag_from_pretrained(
            Tensor embeddings, bool freeze = true, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false,
            EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool include_last_offset = false, long padding_index = -1,
            Device? device = null, ScalarType? dtype = null) =>
            Moved(
                new EmbeddingBag(
                    new Parameter(embeddings.alias(), requires_grad: !freeze), max_norm, norm_type, scale_grad_by_freq, mode, sparse,
                    include_last_offset, padding_index),
                device,
                dtype);
    }
}
