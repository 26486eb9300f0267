using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                ArgumentNullException.ThrowIfNull(device);
                CheckType(dtype);
                CheckDevice(device.type);
                _toEpilog(device.type == DeviceType.CUDA ? device : new Device(device.type, -1), dtype, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                CheckDevice(deviceType);
                if (deviceType != DeviceType.CUDA)
                    deviceIndex = -1;
                if (deviceType != _deviceType || deviceIndex != _deviceIndex)
                    _toEpilog(deviceType, deviceIndex, non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                CheckType(dtype);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            public Module _to(Tensor other, bool non_blocking)
            {
                ArgumentNullException.ThrowIfNull(other);
                _to(other.dtype, non_blocking);
                return _to(other.device_type, other.device_index, non_blocking);
            }

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>Replaces the parameters and buffers of this module and of those below it by converted ones.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (dtype is null && device is null)
                    throw new ArgumentNullException($"{nameof(dtype)} and {nameof(device)} are both null,");

                foreach (var (_, module) in named_children())
                {
                    if (device is null)
                        module._to(dtype!.Value, non_blocking);
                    else if (dtype is null)
                        module._to(device.type, device.index, non_blocking);
                    else
                        module._to(device, dtype.Value, non_blocking);
                }

                Dictionary<string, FieldInfo>? fields = null;
                foreach (var (name, parameter) in named_parameters(false).ToList())
                {
                    if (!ReplaceParameter(dtype, device, parameter, out var replacement) || SetProperty(name, replacement))
                        continue;
                    parameter.Dispose();
                    ConditionallyRegisterParameter(name, replacement);
                    SetField(ref fields, name, replacement);
                }
                foreach (var (name, buffer) in named_buffers(false).ToList())
                {
                    if (!ReplaceBuffer(dtype, device, buffer, out var replacement) || SetProperty(name, replacement))
                        continue;
                    ConditionallyRegisterBuffer(name, replacement);
                    SetField(ref fields, name, replacement);
                }

                if (device is not null)
                {
                    _deviceType = device.type;
                    _deviceIndex = device.index;
                }
            }

            protected static bool ReplaceBuffer(ScalarType? dtype, Device? device, Tensor buffer, out Tensor? result)
            {
                ArgumentNullException.ThrowIfNull(buffer);
                result = null;
                var type = TargetType(dtype, buffer);
                if (!MustCopy(buffer, type, device))
                    return false;
                result = buffer.to(type, device ?? buffer.device, disposeAfter: true).DetachFromDisposeScope();
                return true;
            }

            protected static bool ReplaceParameter(ScalarType? dtype, Device? device, Parameter param, out Parameter? p)
            {
                ArgumentNullException.ThrowIfNull(param);
                p = null;
                var type = TargetType(dtype, param);
                using var grad = param.grad;
                if (!MustCopy(param, type, device) && (grad is null || !MustCopy(grad, type, device)))
                    return false;

                // The copy is a new leaf: autograd must not see where it comes from.
                using var noGrad = no_grad();
                p = new Parameter(param.to(type, device ?? param.device), param.requires_grad);
                p.DetachFromDisposeScope();
                if (grad is not null)
                {
                    using var newGrad = grad.to(type, device ?? param.device).with_requires_grad(grad.requires_grad);
                    p.grad = newGrad;
                }
                return true;
            }

            protected static (Device device, ScalarType dtype) GetDefaultDeviceAndType(Device? device = null, ScalarType? dtype = null) =>
                (device ?? get_default_device(), dtype ?? get_default_dtype());

            private static ScalarType TargetType(ScalarType? dtype, Tensor tensor) =>
                dtype is { } type && (tensor.is_floating_point() || tensor.is_complex()) ? type : tensor.dtype;

            private static bool MustCopy(Tensor tensor, ScalarType type, Device? device) =>
                tensor.dtype != type
                || (device is not null && (tensor.device_type != device.type || (device.index >= 0 && tensor.device_index != device.index)));

            private bool SetProperty(string name, Tensor? value)
            {
                var property = GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance);
                property?.SetValue(this, value);
                return property is not null;
            }

            private void SetField(ref Dictionary<string, FieldInfo>? fields, string name, Tensor? value)
            {
                fields ??= FieldsOf(GetType()).ToDictionary(field => field.ComponentName());
                if (fields.TryGetValue(name, out var field))
                    field.SetValue(this, value);
            }

            private static void CheckType(ScalarType dtype)
            {
                if (dtype is not (ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16
                    or ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
            }

            private static void CheckDevice(DeviceType type)
            {
                if (type == DeviceType.CUDA && !cuda.is_available())
                    throw new InvalidOperationException("CUDA is not available.");
            }
        }
    }
}
